package dev.elbo.linalg;

import static dev.elbo.linalg.VectorMath.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * {@code y += x^T M} for a vector {@code x [depth]} and a row-major {@code M [depth, columns]} that
 * fits the second-level cache. Each value of {@code y} is one chain of fused multiply-adds in the
 * order of the rows, whatever the width of vectors.
 */
public final class VectorMatrix {

  private static final int L = SPECIES.length();

  private VectorMatrix() {}

  /**
   * Adds {@code x^T M} to {@code y}.
   *
   * @param x holds {@code x} from {@code xAt} on. Not modified.
   * @param m {@code [depth, columns]}. Not modified.
   * @param y {@code [columns]}. Modified.
   */
  public static void multiplyAdd(float[] x, int xAt, int depth, float[] m, int columns, float[] y) {
    int column = 0;
    for (; column <= columns - 8 * L; column += 8 * L) {
      eight(x, xAt, depth, m, column, columns, y);
    }
    for (; column <= columns - 2 * L; column += 2 * L) {
      two(x, xAt, depth, m, column, columns, y);
    }
    for (; column < columns; column += L) {
      masked(x, xAt, depth, m, column, columns, y);
    }
  }

  private static void eight(
      float[] x, int xAt, int depth, float[] m, int column, int columns, float[] y) {
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
      FloatVector factor = FloatVector.broadcast(SPECIES, x[xAt + k]);
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

  private static void two(
      float[] x, int xAt, int depth, float[] m, int column, int columns, float[] y) {
    FloatVector s0 = FloatVector.fromArray(SPECIES, y, column);
    FloatVector s1 = FloatVector.fromArray(SPECIES, y, column + L);
    for (int k = 0; k < depth; k++) {
      int at = k * columns + column;
      FloatVector factor = FloatVector.broadcast(SPECIES, x[xAt + k]);
      s0 = FloatVector.fromArray(SPECIES, m, at).fma(factor, s0);
      s1 = FloatVector.fromArray(SPECIES, m, at + L).fma(factor, s1);
    }
    s0.intoArray(y, column);
    s1.intoArray(y, column + L);
  }

  private static void masked(
      float[] x, int xAt, int depth, float[] m, int column, int columns, float[] y) {
    VectorMask<Float> mask = SPECIES.indexInRange(column, columns);
    FloatVector sum = FloatVector.fromArray(SPECIES, y, column, mask);
    for (int k = 0; k < depth; k++) {
      FloatVector row = FloatVector.fromArray(SPECIES, m, k * columns + column, mask);
      sum = row.fma(FloatVector.broadcast(SPECIES, x[xAt + k]), sum);
    }
    sum.intoArray(y, column, mask);
  }
}
