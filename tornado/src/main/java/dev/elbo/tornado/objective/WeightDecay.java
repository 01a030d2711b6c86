package dev.elbo.tornado.objective;

import dev.elbo.tornado.layers.Parameter;
import dev.elbo.tornado.layers.Tasks;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** {@code sum W^2} of one weight, in parts that the host adds. */
public final class WeightDecay {

  private static final int PARTS = 1024;

  private WeightDecay() {}

  /** Adds the task for a weight; returns the parts. */
  public static FloatArray squares(Tasks tasks, int index, Parameter weight) {
    FloatArray parts = new FloatArray(PARTS);
    tasks
        .graph()
        .task(
            "squares" + index, WeightDecay::sumSquares, weight.value, parts, PARTS, weight.size());
    return parts;
  }

  /**
   * The kernel: part {@code p} has every {@code parts}-th value from {@code p} on.
   *
   * @param weight the values
   * @param sums {@code [parts]}. Modified.
   * @param parts how many parts
   * @param size number of values
   */
  public static void sumSquares(FloatArray weight, FloatArray sums, int parts, int size) {
    for (@Parallel int p = 0; p < parts; p++) {
      float sum = 0f;
      for (int n = p; n < size; n += parts) {
        sum += weight.get(n) * weight.get(n);
      }
      sums.set(p, sum);
    }
  }
}
