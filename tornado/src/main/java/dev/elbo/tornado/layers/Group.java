package dev.elbo.tornado.layers;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;

/** Work items that share a row, and what they fold together in local memory. */
public final class Group {

  /** Items of a group; a power of two. */
  public static final int ITEMS = 128;

  private Group() {}

  /**
   * The sum of a number of each item, which each of them gets; in halves, so that the order of
   * additions is always the same. All items of the group call it.
   *
   * @param context whose group
   * @param shared local memory, {@code [ITEMS]}. Modified.
   * @param value the item's own number
   */
  public static float sum(KernelContext context, float[] shared, float value) {
    int local = context.localIdx;
    shared[local] = value;
    context.localBarrier();
    for (int half = ITEMS / 2; half > 0; half /= 2) {
      if (local < half) {
        shared[local] += shared[local + half];
      }
      context.localBarrier();
    }
    float sum = shared[0];
    context.localBarrier(); // before anybody writes there again
    return sum;
  }

  /**
   * The largest number of all items, which each of them gets. All items of the group call it.
   *
   * @param context whose group
   * @param shared local memory, {@code [ITEMS]}. Modified.
   * @param value the item's own number
   */
  public static float max(KernelContext context, float[] shared, float value) {
    int local = context.localIdx;
    shared[local] = value;
    context.localBarrier();
    for (int half = ITEMS / 2; half > 0; half /= 2) {
      if (local < half) {
        shared[local] = TornadoMath.max(shared[local], shared[local + half]);
      }
      context.localBarrier();
    }
    float max = shared[0];
    context.localBarrier();
    return max;
  }
}
