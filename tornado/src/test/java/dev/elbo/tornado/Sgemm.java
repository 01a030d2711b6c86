package dev.elbo.tornado;

import dev.elbo.tornado.products.CuBlas;
import java.util.Arrays;
import java.util.stream.IntStream;
import uk.ac.manchester.tornado.api.common.Access;
import uk.ac.manchester.tornado.api.common.LibraryTaskDescriptor;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Stands for {@code cublasSgemm} where there is none: {@code C = alpha op(A) op(B) + beta C}, by
 * columns, from the same arguments. What the real one refuses, this one refuses; what it cannot
 * know, such as whether an array is long enough, too.
 *
 * <p>In TF32, the operands are rounded to 10 bits of mantissa, to the nearest, ties away from zero,
 * as PTX has it ({@code cvt.rna.tf32.f32}); products are exact then, and sums are in float32. In
 * which order a GPU adds, and how it rounds between, NVIDIA does not say.
 */
final class Sgemm {

  /** The tuning of a call that is to be computed in TF32. */
  static final Object TF32 = "TF32";

  private Sgemm() {}

  /** Does what a library task asks for. */
  static void run(LibraryTaskDescriptor call) {
    Object[] of = call.getParameters();
    Access[] access = new Access[of.length];
    Arrays.fill(access, Access.READ_ONLY);
    access[11] = Access.WRITE_ONLY;
    require(call.getLibraryName().equals("nvidia/cublas"), "library");
    require(call.getFunctionName().equals("cublasSgemm"), "function");
    require(of.length == 13, "number of arguments");
    require(Arrays.equals(access, call.getAccess()), "access");
    require(of[5].equals(1f) && of[10].equals(0f), "alpha of 1, beta of 0");
    require(call.getTuning() == null || call.getTuning() == TF32, "tuning");
    multiply(
        (int) of[0],
        (int) of[1],
        (int) of[2],
        (int) of[3],
        (int) of[4],
        (FloatArray) of[6],
        (int) of[7],
        (FloatArray) of[8],
        (int) of[9],
        (FloatArray) of[11],
        (int) of[12],
        call.getTuning() == TF32);
  }

  /** {@code C = op(A) op(B)}: a fixed order of additions for each element. */
  private static void multiply(
      int opA,
      int opB,
      int m,
      int n,
      int k,
      FloatArray a,
      int lda,
      FloatArray b,
      int ldb,
      FloatArray c,
      int ldc,
      boolean tf32) {
    float[] left = matrix(other(opA), k, m, a, lda, tf32); // op(A)^T [k, m] by rows
    float[] right = matrix(other(opB), n, k, b, ldb, tf32); // op(B)^T [n, k] by rows
    require(ldc >= m && c.getSize() >= (n - 1) * ldc + m, "room for C");
    IntStream.range(0, n)
        .parallel()
        .forEach(
            j -> {
              float[] sums = new float[m];
              for (int q = 0; q < k; q++) {
                float factor = right[j * k + q];
                for (int i = 0; i < m; i++) {
                  sums[i] += left[q * m + i] * factor;
                }
              }
              for (int i = 0; i < m; i++) {
                c.set(j * ldc + i, sums[i]);
              }
            });
  }

  /** What makes the transpose of an operand of it. */
  private static int other(int op) {
    require(op == CuBlas.N || op == CuBlas.T, "operation");
    return op == CuBlas.N ? CuBlas.T : CuBlas.N;
  }

  /** A copy of {@code op(A) [rows, columns]}, by rows. */
  private static float[] matrix(
      int op, int rows, int columns, FloatArray a, int lda, boolean tf32) {
    int across = op == CuBlas.N ? rows : columns;
    int along = op == CuBlas.N ? columns : rows;
    require(lda >= across && a.getSize() >= (along - 1) * lda + across, "an operand");
    float[] copy = new float[rows * columns];
    for (int r = 0; r < rows; r++) {
      for (int q = 0; q < columns; q++) {
        float value = a.get(op == CuBlas.N ? q * lda + r : r * lda + q);
        copy[r * columns + q] = tf32 ? tf32(value) : value;
      }
    }
    return copy;
  }

  /** The nearest number of 10 bits of mantissa, away from zero if there are two. */
  static float tf32(float value) {
    if (!Float.isFinite(value)) {
      return value;
    }
    return Float.intBitsToFloat((Float.floatToRawIntBits(value) + 0x1000) & ~0x1FFF);
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("cuBLAS is called with another " + what);
    }
  }
}
