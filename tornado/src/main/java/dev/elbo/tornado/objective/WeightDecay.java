package dev.elbo.tornado.objective;

import dev.elbo.tornado.layers.Group;
import dev.elbo.tornado.layers.Parameter;
import dev.elbo.tornado.layers.Tasks;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** {@code sum W^2} of one weight, in parts that the host adds. */
public final class WeightDecay {

  /** As many groups keep a large device busy. */
  private static final int MOST_PARTS = 1024;

  /** Values of an item that are worth a group. */
  private static final int LEAST = 8;

  private WeightDecay() {}

  /** Adds the task for a weight; returns the parts. */
  public static FloatArray squares(Tasks tasks, int index, Parameter weight) {
    int groups = Math.clamp(weight.size() / (Group.ITEMS * LEAST), 1, MOST_PARTS);
    FloatArray parts = new FloatArray(groups);
    tasks
        .graph()
        .task(
            tasks.id("squares" + index, Group.ITEMS, groups, 1),
            WeightDecay::sumSquares,
            Tasks.CONTEXT,
            weight.value,
            parts,
            weight.size(),
            groups * Group.ITEMS);
    return parts;
  }

  /**
   * The kernel.
   *
   * @param context one group of {@link Group#ITEMS} items for each part
   * @param weight the values
   * @param sums {@code [parts]}. Modified.
   * @param size number of values
   * @param items work items, each of which has every {@code items}-th value
   */
  public static void sumSquares(
      KernelContext context, FloatArray weight, FloatArray sums, int size, int items) {
    float[] shared = context.allocateFloatLocalArray(Group.SHARED);
    int local = context.localIdx;
    int part = context.groupIdx;
    float sum = 0f;
    for (int n = part * Group.ITEMS + local; n < size; n += items) {
      sum += weight.get(n) * weight.get(n);
    }
    float ofPart = Group.sum(context, shared, sum);
    if (local == 0) {
      sums.set(part, ofPart);
    }
  }
}
