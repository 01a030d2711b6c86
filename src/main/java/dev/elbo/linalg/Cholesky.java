package dev.elbo.linalg;

import java.util.Arrays;

/**
 * The inverse of a symmetric positive definite matrix, or the solution of a system of equations
 * with one, through its Cholesky factor, {@code A = L L^T}, in place, in float32, on all threads.
 * Blocks of columns at a time; nearly all arithmetic is in products of {@link Gemm}. The inverse:
 *
 * <ol>
 *   <li>{@code L}, right-looking: factor the block on the diagonal, divide the panel below by it,
 *       subtract the panel times its transpose from what is to the right;
 *   <li>{@code M = L^-1}, from the last block to the first: with the inverse {@code M22} of what is
 *       right and below of a block, {@code M21 = -M22 L21 L11^-1};
 *   <li>{@code A^-1 = M^T M}, rows from the first block to the last, each of which needs only rows
 *       of M from its own on.
 * </ol>
 *
 * <p>A solution needs the first step only, with the right-hand side as another row below A: what
 * divides a row by L solves {@code L y = b} there. {@code L^T x = y} is then solved from the last
 * block to the first.
 *
 * <p>Blocks on the diagonal are factored and inverted in float64. Only their inverses are ever
 * needed, so these are stored in their place.
 *
 * <p>Source: Golub and Van Loan, "Matrix Computations", 4.2; LAPACK's {@code potrf}, {@code trtri}
 * and {@code lauum} have the same blocks.
 */
public final class Cholesky {

  /**
   * Columns factored at a time: deep enough for fast products, and cheap to factor by one thread.
   */
  private static final int BLOCK = 128;

  /** The same for systems of a few hundred equations, where a block of 128 would take longest. */
  private static final int SMALL_BLOCK = 32;

  /** A pivot is what is left of the element on the diagonal: less than this of it is rounding. */
  private static final double LEAST = 0x1p-22;

  /**
   * Triangles are computed in strips of this many rows or columns; half of each square is waste.
   */
  private static final int STRIP = 512;

  /** The same for such systems. */
  private static final int SMALL_STRIP = 64;

  private final Workers workers;
  private final Gemm gemm;

  /**
   * @param workers the threads to compute on; not closed by this class
   */
  public Cholesky(Workers workers) {
    this.workers = workers;
    this.gemm = new Gemm(workers);
  }

  /**
   * {@code A = A^-1}. The result does not depend on the number of threads.
   *
   * @param a {@code [n, n]}, row-major, of which the lower triangle is read. Modified: its lower
   *     triangle is that of the inverse, above the diagonal is nothing of use.
   * @param n number of rows
   * @throws ArithmeticException if the matrix is not positive definite in this precision; then
   *     {@code a} is of no use
   */
  public void invert(float[] a, int n) {
    Matrix matrix = Matrix.of(a, n, n);
    factor(matrix, BLOCK, STRIP);
    workers.forEach(n, row -> Arrays.fill(a, row * n + row + 1, (row + 1) * n, 0));
    invertFactor(matrix);
    multiplyByTranspose(matrix);
  }

  /**
   * {@code x = A^-1 b}. For small systems of which many are solved at a time, each on a thread of
   * its own. The result does not depend on the number of threads.
   *
   * @param a {@code [n + 1, n]}, row-major: A, of which the lower triangle is read, and below it b
   *     as a row. Modified: the last row is x, and the others are of no use.
   * @param n number of equations
   * @throws ArithmeticException if the matrix is not positive definite in this precision; then
   *     {@code a} is of no use
   */
  public void solve(float[] a, int n) {
    Matrix matrix = Matrix.of(a, n + 1, n);
    factor(matrix, SMALL_BLOCK, SMALL_STRIP);
    int x = matrix.at(n, 0);
    double[] y = new double[SMALL_BLOCK];
    for (int to = n; to > 0; ) {
      int from = (to - 1) / SMALL_BLOCK * SMALL_BLOCK;
      for (int i = from; i < to; i++) {
        y[i - from] = a[x + i];
      }
      for (int j = from; j < to; j++) {
        double sum = 0;
        for (int i = j; i < to; i++) {
          sum += a[matrix.at(i, j)] * y[i - from];
        }
        a[x + j] = (float) sum;
      }
      for (int i = from; i < to; i++) {
        Rows.addScaled(-a[x + i], a, matrix.at(i, 0), a, x, from);
      }
      to = from;
    }
  }

  /** Factors the upper n rows of {@code a [rows, n]}, and divides those below by the factor. */
  private void factor(Matrix a, int width, int strip) {
    int rows = a.rows();
    int n = a.columns();
    double[] least = new double[n];
    Arrays.setAll(least, i -> LEAST * a.data()[a.at(i, i)]);
    for (int from = 0; from < n; from += width) {
      int to = Math.min(from + width, n);
      Matrix inverse = block(a, from, to, from, to);
      invertFactorOf(inverse, Arrays.copyOfRange(least, from, to), from);
      Matrix panel = block(a, to, rows, from, to);
      gemm.multiply(copy(panel, 1), inverse.transposed(), panel);
      Matrix minus = copy(panel, -1);
      for (int left = to; left < n; left += strip) {
        int right = Math.min(left + strip, n);
        gemm.multiplyAdd(
            minus.rowRange(left - to, rows - to),
            panel.rowRange(left - to, right - to).transposed(),
            block(a, left, rows, left, right));
      }
    }
  }

  /** From L, with inverses on its diagonal and zeros above, to its inverse. */
  private void invertFactor(Matrix a) {
    int n = a.rows();
    for (int to = n; to > 0; ) {
      int from = (to - 1) / BLOCK * BLOCK;
      Matrix panel = block(a, to, n, from, to);
      Matrix product = Matrix.of(new float[panel.rows() * panel.columns()], n - to, to - from);
      gemm.multiply(copy(panel, -1), block(a, from, to, from, to), product);
      for (int top = to; top < n; top += STRIP) {
        int bottom = Math.min(top + STRIP, n);
        gemm.multiply(
            block(a, top, bottom, to, bottom),
            product.rowRange(0, bottom - to),
            block(a, top, bottom, from, to));
      }
      to = from;
    }
  }

  /** From M, lower triangular, to the lower triangle of {@code M^T M}. */
  private void multiplyByTranspose(Matrix a) {
    int n = a.rows();
    for (int from = 0; from < n; from += BLOCK) {
      int to = Math.min(from + BLOCK, n);
      Matrix rows = block(a, from, to, 0, to);
      Matrix own = copy(rows, 1);
      gemm.multiply(own.columnRange(from, to).transposed(), own, rows);
      gemm.multiplyAdd(block(a, to, n, from, to).transposed(), block(a, to, n, 0, to), rows);
    }
  }

  private static Matrix block(Matrix a, int top, int bottom, int left, int right) {
    return a.rowRange(top, bottom).columnRange(left, right);
  }

  /** A copy, every element times a factor. */
  private static Matrix copy(Matrix a, float factor) {
    float[] copy = new float[a.rows() * a.columns()];
    for (int i = 0, c = 0; i < a.rows(); i++) {
      int at = a.at(i, 0);
      for (int j = 0; j < a.columns(); j++) {
        copy[c++] = factor * a.data()[at + j];
      }
    }
    return Matrix.of(copy, a.rows(), a.columns());
  }

  /**
   * From a block on the diagonal to the inverse of its Cholesky factor, zeros above, in float64.
   */
  private static void invertFactorOf(Matrix block, double[] least, int firstRow) {
    int n = block.rows();
    double[][] l = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = block.data()[block.at(i, j)];
        for (int k = 0; k < j; k++) {
          sum -= l[i][k] * l[j][k];
        }
        if (i == j && !(sum > least[i] && sum < Double.POSITIVE_INFINITY)) {
          throw new ArithmeticException(
              "not positive definite: pivot %s in row %d".formatted(sum, firstRow + i));
        }
        l[i][j] = i == j ? Math.sqrt(sum) : sum / l[j][j];
      }
    }
    double[][] m = new double[n][n];
    for (int j = 0; j < n; j++) {
      m[j][j] = 1 / l[j][j];
      for (int i = j + 1; i < n; i++) {
        double sum = 0;
        for (int k = j; k < i; k++) {
          sum -= l[i][k] * m[k][j];
        }
        m[i][j] = sum / l[i][i];
      }
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        block.data()[block.at(i, j)] = (float) m[i][j];
      }
    }
  }
}
