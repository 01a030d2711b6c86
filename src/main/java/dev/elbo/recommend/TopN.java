package dev.elbo.recommend;

import dev.elbo.ElboException;
import it.unimi.dsi.fastutil.ints.IntHeapPriorityQueue;

/**
 * The best-scored items. A heap holds the best so far with the worst of them on top, so that nearly
 * every item costs one comparison.
 */
public final class TopN {
  private TopN() {}

  /**
   * The {@code k} items with the highest scores, best first; of equal scores the lower item first.
   *
   * @param scores score of each item, {@code [I]}; infinities are scores like others. Not modified.
   * @param k how many items, 1 or more
   * @param excluded items never to return, such as the user's history: strictly ascending, each
   *     within {@code [0, I)}. Not modified.
   * @return the items; fewer than {@code k} where fewer are left
   * @throws ElboException if the score of an item that is not excluded is NaN, which has no rank
   * @throws IllegalArgumentException if {@code k} is below 1, or the excluded items do not ascend
   *     within {@code [0, I)}
   */
  public static int[] of(float[] scores, int k, int... excluded) {
    if (k < 1) {
      throw new IllegalArgumentException("top " + k + ": expected 1 or more");
    }
    var best =
        new IntHeapPriorityQueue(
            Math.min(k, scores.length),
            (a, b) -> scores[a] == scores[b] ? b - a : Float.compare(scores[a], scores[b]));
    int next = 0;
    for (int item = 0; item < scores.length; item++) {
      if (next < excluded.length && excluded[next] == item) {
        next++;
      } else if (Float.isNaN(scores[item])) {
        throw new ElboException(
            "the score of item number %d is NaN: the model is damaged or its training diverged; "
                    .formatted(item)
                + "use an earlier checkpoint, or train again with a lower learning rate");
      } else if (best.size() < k) {
        best.enqueue(item);
      } else if (scores[item] > scores[best.firstInt()]) {
        best.dequeueInt();
        best.enqueue(item);
      }
    }
    if (next < excluded.length) {
      throw new IllegalArgumentException(
          "excluded item %d: not after the one before it, or not one of %d items"
              .formatted(excluded[next], scores.length));
    }
    int[] items = new int[best.size()];
    for (int rank = items.length - 1; rank >= 0; rank--) {
      items[rank] = best.dequeueInt();
    }
    return items;
  }
}
