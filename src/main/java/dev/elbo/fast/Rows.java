package dev.elbo.fast;

import static dev.elbo.fast.VectorMath.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Operations on contiguous ranges of floats, one lane per element. */
final class Rows {

  private Rows() {}

  /** {@code y += a x}. */
  static void addScaled(float a, float[] x, int xFrom, float[] y, int yFrom, int length) {
    FloatVector factor = FloatVector.broadcast(SPECIES, a);
    int n = 0;
    for (int whole = SPECIES.loopBound(length); n < whole; n += SPECIES.length()) {
      FloatVector.fromArray(SPECIES, x, xFrom + n)
          .fma(factor, FloatVector.fromArray(SPECIES, y, yFrom + n))
          .intoArray(y, yFrom + n);
    }
    if (n < length) {
      VectorMask<Float> rest = SPECIES.indexInRange(n, length);
      FloatVector.fromArray(SPECIES, x, xFrom + n, rest)
          .fma(factor, FloatVector.fromArray(SPECIES, y, yFrom + n, rest))
          .intoArray(y, yFrom + n, rest);
    }
  }

  /** {@code y += x}. */
  static void add(float[] x, int xFrom, float[] y, int yFrom, int length) {
    addScaled(1, x, xFrom, y, yFrom, length);
  }
}
