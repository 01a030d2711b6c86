package dev.elbo.linalg;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loop of {@link Gemm}: a rectangle of {@code rows} by {@link #COLUMNS} sums that
 * stay in registers while the depth is walked, {@code c_ij = fma(a_ik, b_kj, c_ij)} for {@code k =
 * 0, 1, ...}. A vector's lanes lie along a row of C, so each sum is a lane of its own and the
 * vector's length has no influence on any result.
 *
 * <p>The subclasses spell the rectangle out, because sums in an array would not stay in registers.
 */
abstract sealed class MicroKernel permits MicroKernel4, MicroKernel12 {

  static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

  /** Lanes of a vector. */
  static final int L = S.length();

  /** Columns of the rectangle. */
  static final int COLUMNS = 2 * L;

  /** Rows of the rectangle. */
  final int rows;

  MicroKernel(int rows) {
    this.rows = rows;
  }

  /**
   * Continues the sums over {@code depth} more products.
   *
   * @param depth number of products, may be 0
   * @param a packed panel: {@code rows} values for each k
   * @param aAt where the panel begins
   * @param b packed panel: {@link #COLUMNS} values for each k
   * @param bAt where the panel begins
   * @param sums the sums so far, {@code [rows, COLUMNS]}. Modified.
   */
  abstract void multiply(int depth, float[] a, int aAt, float[] b, int bAt, float[] sums);
}
