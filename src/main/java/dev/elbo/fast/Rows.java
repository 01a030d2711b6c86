package dev.elbo.fast;

import static dev.elbo.fast.VectorMath.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Operations on contiguous ranges of floats, one lane per element. Whole vectors go without a mask:
 * only at the end of a range are some lanes left out.
 */
final class Rows {

  private Rows() {}

  /** {@code y += a x}. */
  static void addScaled(float a, float[] x, int xFrom, float[] y, int yFrom, int length) {
    int whole = SPECIES.loopBound(length);
    for (int n = 0; n < whole; n += SPECIES.length()) {
      addScaled(a, x, xFrom + n, y, yFrom + n, null);
    }
    if (whole < length) {
      addScaled(a, x, xFrom + whole, y, yFrom + whole, SPECIES.indexInRange(whole, length));
    }
  }

  private static void addScaled(
      float a, float[] x, int xAt, float[] y, int yAt, VectorMask<Float> mask) {
    FloatVector factor = FloatVector.broadcast(SPECIES, a);
    store(load(x, xAt, mask).fma(factor, load(y, yAt, mask)), y, yAt, mask);
  }

  /** {@code y += x}. */
  static void add(float[] x, int xFrom, float[] y, int yFrom, int length) {
    addScaled(1, x, xFrom, y, yFrom, length);
  }

  /** Loads a vector: the lanes of the mask, zeros elsewhere; all lanes if there is no mask. */
  static FloatVector load(float[] from, int at, VectorMask<Float> mask) {
    return mask == null
        ? FloatVector.fromArray(SPECIES, from, at)
        : FloatVector.fromArray(SPECIES, from, at, mask);
  }

  /** Stores a vector: the lanes of the mask; all lanes if there is no mask. */
  static void store(FloatVector vector, float[] to, int at, VectorMask<Float> mask) {
    if (mask == null) {
      vector.intoArray(to, at);
    } else {
      vector.intoArray(to, at, mask);
    }
  }
}
