package dev.elbo.linalg;

import static dev.elbo.linalg.VectorMath.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * {@code y += x^T M} for a vector {@code x [depth]} and a row-major {@code M [depth, columns]} that
 * fits the second-level cache; or for {@link #ROWS} vectors at once, which takes hardly longer,
 * since it is reading M that takes the time. Each value of {@code y} is one chain of fused
 * multiply-adds in the order of the rows, whatever the width of vectors.
 */
public final class VectorMatrix {

  /** Vectors that are multiplied at once. */
  public static final int ROWS = 4;

  private static final int L = SPECIES.length();

  private VectorMatrix() {}

  /**
   * Adds {@code x^T M} to {@code y}.
   *
   * @param x {@code [depth]}. Not modified.
   * @param m {@code [depth, columns]}. Not modified.
   * @param y {@code [columns]}. Modified.
   */
  public static void multiplyAdd(float[] x, int depth, float[] m, int columns, float[] y) {
    int column = 0;
    for (; column <= columns - 8 * L; column += 8 * L) {
      eight(x, depth, m, column, columns, y);
    }
    for (; column < columns; column += L) {
      masked(x, 0, depth, m, column, columns, y, column);
    }
  }

  /**
   * Adds {@code X M} to {@code Y}.
   *
   * @param x {@code [ROWS, depth]}. Not modified.
   * @param m {@code [depth, columns]}. Not modified.
   * @param y {@code [ROWS, columns]}. Modified.
   */
  public static void multiplyAddRows(float[] x, int depth, float[] m, int columns, float[] y) {
    int column = 0;
    for (; column <= columns - 2 * L; column += 2 * L) {
      fourByTwo(x, depth, m, column, columns, y);
    }
    for (; column < columns; column += L) {
      for (int row = 0; row < ROWS; row++) {
        masked(x, row * depth, depth, m, column, columns, y, row * columns + column);
      }
    }
  }

  private static void fourByTwo(
      float[] x, int depth, float[] m, int column, int columns, float[] y) {
    int y1 = column + columns;
    int y2 = y1 + columns;
    int y3 = y2 + columns;
    FloatVector s0a = FloatVector.fromArray(SPECIES, y, column);
    FloatVector s0b = FloatVector.fromArray(SPECIES, y, column + L);
    FloatVector s1a = FloatVector.fromArray(SPECIES, y, y1);
    FloatVector s1b = FloatVector.fromArray(SPECIES, y, y1 + L);
    FloatVector s2a = FloatVector.fromArray(SPECIES, y, y2);
    FloatVector s2b = FloatVector.fromArray(SPECIES, y, y2 + L);
    FloatVector s3a = FloatVector.fromArray(SPECIES, y, y3);
    FloatVector s3b = FloatVector.fromArray(SPECIES, y, y3 + L);
    for (int k = 0; k < depth; k++) {
      int at = k * columns + column;
      FloatVector x0 = FloatVector.broadcast(SPECIES, x[k]);
      FloatVector x1 = FloatVector.broadcast(SPECIES, x[k + depth]);
      FloatVector x2 = FloatVector.broadcast(SPECIES, x[k + 2 * depth]);
      FloatVector x3 = FloatVector.broadcast(SPECIES, x[k + 3 * depth]);
      FloatVector v = FloatVector.fromArray(SPECIES, m, at);
      s0a = v.fma(x0, s0a);
      s1a = v.fma(x1, s1a);
      s2a = v.fma(x2, s2a);
      s3a = v.fma(x3, s3a);
      v = FloatVector.fromArray(SPECIES, m, at + L);
      s0b = v.fma(x0, s0b);
      s1b = v.fma(x1, s1b);
      s2b = v.fma(x2, s2b);
      s3b = v.fma(x3, s3b);
    }
    s0a.intoArray(y, column);
    s0b.intoArray(y, column + L);
    s1a.intoArray(y, y1);
    s1b.intoArray(y, y1 + L);
    s2a.intoArray(y, y2);
    s2b.intoArray(y, y2 + L);
    s3a.intoArray(y, y3);
    s3b.intoArray(y, y3 + L);
  }

  private static void eight(float[] x, int depth, float[] m, int column, int columns, float[] y) {
    FloatVector s0 = FloatVector.fromArray(SPECIES, y, column);
    FloatVector s1 = FloatVector.fromArray(SPECIES, y, column + L);
    FloatVector s2 = FloatVector.fromArray(SPECIES, y, column + 2 * L);
    FloatVector s3 = FloatVector.fromArray(SPECIES, y, column + 3 * L);
    FloatVector s4 = FloatVector.fromArray(SPECIES, y, column + 4 * L);
    FloatVector s5 = FloatVector.fromArray(SPECIES, y, column + 5 * L);
    FloatVector s6 = FloatVector.fromArray(SPECIES, y, column + 6 * L);
    FloatVector s7 = FloatVector.fromArray(SPECIES, y, column + 7 * L);
    for (int k = 0; k < depth; k++) {
      int at = k * columns + column;
      FloatVector factor = FloatVector.broadcast(SPECIES, x[k]);
      s0 = FloatVector.fromArray(SPECIES, m, at).fma(factor, s0);
      s1 = FloatVector.fromArray(SPECIES, m, at + L).fma(factor, s1);
      s2 = FloatVector.fromArray(SPECIES, m, at + 2 * L).fma(factor, s2);
      s3 = FloatVector.fromArray(SPECIES, m, at + 3 * L).fma(factor, s3);
      s4 = FloatVector.fromArray(SPECIES, m, at + 4 * L).fma(factor, s4);
      s5 = FloatVector.fromArray(SPECIES, m, at + 5 * L).fma(factor, s5);
      s6 = FloatVector.fromArray(SPECIES, m, at + 6 * L).fma(factor, s6);
      s7 = FloatVector.fromArray(SPECIES, m, at + 7 * L).fma(factor, s7);
    }
    s0.intoArray(y, column);
    s1.intoArray(y, column + L);
    s2.intoArray(y, column + 2 * L);
    s3.intoArray(y, column + 3 * L);
    s4.intoArray(y, column + 4 * L);
    s5.intoArray(y, column + 5 * L);
    s6.intoArray(y, column + 6 * L);
    s7.intoArray(y, column + 7 * L);
  }

  private static void masked(
      float[] x, int xAt, int depth, float[] m, int column, int columns, float[] y, int yAt) {
    VectorMask<Float> mask = SPECIES.indexInRange(column, columns);
    FloatVector sum = FloatVector.fromArray(SPECIES, y, yAt, mask);
    for (int k = 0; k < depth; k++) {
      FloatVector row = FloatVector.fromArray(SPECIES, m, k * columns + column, mask);
      sum = row.fma(FloatVector.broadcast(SPECIES, x[xAt + k]), sum);
    }
    sum.intoArray(y, yAt, mask);
  }
}
