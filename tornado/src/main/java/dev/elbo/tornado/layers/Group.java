package dev.elbo.tornado.layers;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;

/** Work items that share a row, and what they fold together in local memory. */
public final class Group {

  /** Items of a group; a power of two. */
  public static final int ITEMS = 128;

  /**
   * Length of the local memory that {@link #sum} and {@link #max} need: a number for each item.
   * TornadoVM addresses a local array that is handed to a method as if it were one of the host's,
   * in bytes and behind a header of 16, so that value {@code n} lies at {@code 4 n + 16}.
   */
  public static final int SHARED = 4 * ITEMS + 16;

  private Group() {}

  /**
   * The sum of a number of each item, which each of them gets; in halves, so that the order of
   * additions is always the same. All items of the group call it.
   *
   * @param context whose group
   * @param shared local memory, {@link #SHARED}. Modified.
   * @param value the item's own number
   */
  public static float sum(KernelContext context, float[] shared, float value) {
    return sum(context, shared, value, 1);
  }

  /**
   * The same for the items of each remainder: an item gets the sum of the numbers of all those
   * whose place in the group is its own modulo {@code width}.
   *
   * @param context whose group
   * @param shared local memory, {@link #SHARED}. Modified.
   * @param value the item's own number
   * @param width a power of two, less than {@link #ITEMS}
   */
  public static float sum(KernelContext context, float[] shared, float value, int width) {
    int local = context.localIdx;
    shared[local] = value;
    context.localBarrier();
    for (int half = ITEMS / 2; half >= width; half /= 2) {
      if (local < half) {
        shared[local] += shared[local + half];
      }
      context.localBarrier();
    }
    float sum = shared[local % width];
    context.localBarrier(); // before anybody writes there again
    return sum;
  }

  /**
   * The largest number of all items, which each of them gets. All items of the group call it.
   *
   * @param context whose group
   * @param shared local memory, {@link #SHARED}. Modified.
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
