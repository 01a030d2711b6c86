package dev.elbo.linalg;

import static dev.elbo.linalg.VectorMath.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Operations on contiguous ranges of floats, one lane per element. Whole vectors go without a mask:
 * only at the end of a range are some lanes left out.
 */
public final class Rows {

  /** Running sums of a dot product: as many as the widest vectors have lanes. */
  public static final int LANES = 16;

  private Rows() {}

  /** {@code y += a x}. */
  public static void addScaled(float a, float[] x, int xFrom, float[] y, int yFrom, int length) {
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

  /**
   * {@code x . y}. Value {@code n} is added to running sum {@code n % LANES}, and these are added
   * in order at the end, so the width of vectors does not change the result.
   *
   * @param lanes memory for the sums, {@code [LANES]}
   */
  public static float dot(float[] x, int xFrom, float[] y, int yFrom, int length, float[] lanes) {
    int whole = length - length % LANES;
    for (int lane = 0; lane < LANES; lane += SPECIES.length()) {
      FloatVector sums = FloatVector.zero(SPECIES);
      for (int n = lane; n < whole; n += LANES) {
        FloatVector left = FloatVector.fromArray(SPECIES, x, xFrom + n);
        sums = left.fma(FloatVector.fromArray(SPECIES, y, yFrom + n), sums);
      }
      sums.intoArray(lanes, lane);
    }
    for (int n = whole; n < length; n++) {
      lanes[n - whole] = Math.fma(x[xFrom + n], y[yFrom + n], lanes[n - whole]);
    }
    return sum(lanes);
  }

  /**
   * The sum of {@code x}, added in the order of {@link #dot}.
   *
   * @param lanes memory for the sums, {@code [LANES]}
   */
  public static float sum(float[] x, int from, int length, float[] lanes) {
    int whole = length - length % LANES;
    for (int lane = 0; lane < LANES; lane += SPECIES.length()) {
      FloatVector sums = FloatVector.zero(SPECIES);
      for (int n = lane; n < whole; n += LANES) {
        sums = sums.add(FloatVector.fromArray(SPECIES, x, from + n));
      }
      sums.intoArray(lanes, lane);
    }
    for (int n = whole; n < length; n++) {
      lanes[n - whole] += x[from + n];
    }
    return sum(lanes);
  }

  private static float sum(float[] lanes) {
    float sum = 0;
    for (float lane : lanes) {
      sum += lane;
    }
    return sum;
  }

  /** {@code y += x}. */
  public static void add(float[] x, int xFrom, float[] y, int yFrom, int length) {
    addScaled(1, x, xFrom, y, yFrom, length);
  }

  /** Loads a vector: the lanes of the mask, zeros elsewhere; all lanes if there is no mask. */
  public static FloatVector load(float[] from, int at, VectorMask<Float> mask) {
    return mask == null
        ? FloatVector.fromArray(SPECIES, from, at)
        : FloatVector.fromArray(SPECIES, from, at, mask);
  }

  /** Stores a vector: the lanes of the mask; all lanes if there is no mask. */
  public static void store(FloatVector vector, float[] to, int at, VectorMask<Float> mask) {
    if (mask == null) {
      vector.intoArray(to, at);
    } else {
      vector.intoArray(to, at, mask);
    }
  }
}
