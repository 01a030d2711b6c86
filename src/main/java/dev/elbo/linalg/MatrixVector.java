package dev.elbo.linalg;

/**
 * {@code y = M x} for a row-major {@code M [rows, depth]} that is far larger than the caches, and
 * so is to be read once and as fast as memory gives it. Each value of {@code y} is one chain of
 * fused multiply-adds over {@code k = 0, 1, ..., depth - 1} from zero, as in {@link Gemm}: the bits
 * are the same.
 *
 * <p>Eight rows at a time keep the processor busy, since a chain waits for its last sum. They would
 * be eight short streams, too short for the processor to fetch ahead; so the eight rows after them,
 * which lie one behind the other, are touched meanwhile from end to end.
 */
public final class MatrixVector {

  /** Rows at a time. */
  private static final int ROWS = 8;

  /** Takes what was touched, so that the compiler does not leave the reading out. */
  @SuppressWarnings("UnusedVariable")
  private static float touched;

  private MatrixVector() {}

  /**
   * Computes {@code y}.
   *
   * @param m holds {@code M} from {@code mAt} on. Not modified.
   * @param rows number of rows, may be 0
   * @param depth length of a row
   * @param x holds {@code x} from {@code xAt} on. Not modified.
   * @param y receives the values, from {@code yAt} on. Modified.
   */
  public static void multiply(
      float[] m, int mAt, int rows, int depth, float[] x, int xAt, float[] y, int yAt) {
    float sum = 0;
    int row = 0;
    for (; row <= rows - ROWS; row += ROWS) {
      int at = mAt + row * depth;
      int next = Math.min(at + ROWS * depth, m.length - ROWS * depth);
      sum += eight(m, at, next, depth, x, xAt, y, yAt + row);
    }
    touched = sum;
    for (; row < rows; row++) {
      y[yAt + row] = one(m, mAt + row * depth, depth, x, xAt);
    }
  }

  private static float eight(
      float[] m, int at, int next, int depth, float[] x, int xAt, float[] y, int yAt) {
    int m1 = at + depth;
    int m2 = m1 + depth;
    int m3 = m2 + depth;
    int m4 = m3 + depth;
    int m5 = m4 + depth;
    int m6 = m5 + depth;
    int m7 = m6 + depth;
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    float sum = 0;
    for (int k = 0; k < depth; k++) {
      float factor = x[xAt + k];
      sum += m[next + ROWS * k];
      s0 = Math.fma(factor, m[at + k], s0);
      s1 = Math.fma(factor, m[m1 + k], s1);
      s2 = Math.fma(factor, m[m2 + k], s2);
      s3 = Math.fma(factor, m[m3 + k], s3);
      s4 = Math.fma(factor, m[m4 + k], s4);
      s5 = Math.fma(factor, m[m5 + k], s5);
      s6 = Math.fma(factor, m[m6 + k], s6);
      s7 = Math.fma(factor, m[m7 + k], s7);
    }
    y[yAt] = s0;
    y[yAt + 1] = s1;
    y[yAt + 2] = s2;
    y[yAt + 3] = s3;
    y[yAt + 4] = s4;
    y[yAt + 5] = s5;
    y[yAt + 6] = s6;
    y[yAt + 7] = s7;
    return sum;
  }

  private static float one(float[] m, int at, int depth, float[] x, int xAt) {
    float sum = 0;
    for (int k = 0; k < depth; k++) {
      sum = Math.fma(x[xAt + k], m[at + k], sum);
    }
    return sum;
  }
}
