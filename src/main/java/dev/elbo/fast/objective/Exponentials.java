package dev.elbo.fast.objective;

import static dev.elbo.linalg.VectorMath.SPECIES;

import dev.elbo.linalg.Matrix;
import dev.elbo.linalg.Rows;
import dev.elbo.linalg.VectorMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** What a softmax makes of a row of logits; the width of vectors does not change the results. */
final class Exponentials {

  private Exponentials() {}

  /** The largest value of a row; negative infinity if it has none. */
  static float max(Matrix block, int b) {
    FloatVector max = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    int whole = SPECIES.loopBound(block.columns());
    for (int n = 0; n < whole; n += SPECIES.length()) {
      max = max.max(FloatVector.fromArray(SPECIES, block.data(), block.at(b, n)));
    }
    if (whole < block.columns()) {
      max = max.max(rest(block, b, whole));
    }
    return max.reduceLanes(VectorOperators.MAX);
  }

  /** The sum of {@code exp(logit - max)} over a row: lane by lane, then over the lanes in order. */
  static float sum(Matrix block, int b, float max) {
    float[] lanes = new float[Rows.LANES];
    int whole = block.columns() - block.columns() % Rows.LANES;
    for (int lane = 0; lane < Rows.LANES; lane += SPECIES.length()) {
      FloatVector sums = FloatVector.zero(SPECIES);
      for (int n = lane; n < whole; n += Rows.LANES) {
        FloatVector logits = FloatVector.fromArray(SPECIES, block.data(), block.at(b, n));
        sums = sums.add(VectorMath.exp(logits.sub(max)));
      }
      sums.intoArray(lanes, lane);
    }
    for (int n = whole; n < block.columns(); n += SPECIES.length()) {
      int lane = n - whole;
      FloatVector p = VectorMath.exp(rest(block, b, n).sub(max));
      FloatVector.fromArray(SPECIES, lanes, lane).add(p).intoArray(lanes, lane);
    }
    float sum = 0;
    for (float lane : lanes) {
      sum += lane;
    }
    return sum;
  }

  /** The last vector of a row; beyond its end, negative infinity. */
  private static FloatVector rest(Matrix block, int b, int column) {
    VectorMask<Float> mask = SPECIES.indexInRange(column, block.columns());
    FloatVector infinity = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    return infinity.blend(Rows.load(block.data(), block.at(b, column), mask), mask);
  }

  /** {@code exp} of one value that is not positive; strict, so the same everywhere. */
  static float ofScalar(float value) {
    return (float) StrictMath.exp(value);
  }

  /** The logarithms of positive values. */
  static float[] log(float[] values) {
    float[] logs = new float[values.length];
    for (int n = 0; n < values.length; n += SPECIES.length()) {
      VectorMask<Float> mask = SPECIES.indexInRange(n, values.length);
      VectorMath.log(FloatVector.fromArray(SPECIES, values, n, mask)).intoArray(logs, n, mask);
    }
    return logs;
  }

  /** Overwrites each logit of a row with {@code scale exp(logit - logSum)}. */
  static void overwrite(Matrix block, int b, float logSum, float scale) {
    int whole = SPECIES.loopBound(block.columns());
    for (int n = 0; n < whole; n += SPECIES.length()) {
      overwrite(block.data(), block.at(b, n), logSum, scale, null);
    }
    if (whole < block.columns()) {
      VectorMask<Float> rest = SPECIES.indexInRange(whole, block.columns());
      overwrite(block.data(), block.at(b, whole), logSum, scale, rest);
    }
  }

  private static void overwrite(
      float[] values, int at, float logSum, float scale, VectorMask<Float> mask) {
    FloatVector p = VectorMath.exp(Rows.load(values, at, mask).sub(logSum));
    Rows.store(p.mul(scale), values, at, mask);
  }
}
