package dev.elbo.engine;

import dev.elbo.ElboException;
import java.util.Arrays;

/**
 * The best-scored items. Candidates are gathered, and sorted and cut to the best whenever there is
 * no room for more; from then on nearly every item costs one comparison with the worst of those.
 */
public final class TopN {
  private TopN() {}

  /**
   * The {@code k} items with the highest scores, best first; of equal scores the lower item first.
   *
   * @param scores score of each item, {@code [I]}; Not modified.
   * @param k how many items, 1 or more
   * @param excluded items never to return, such as the user's history: strictly ascending, each
   *     within {@code [0, I)}. Not modified.
   * @return the items; fewer than {@code k} where fewer are left
   * @throws ElboException if the score of an item that is not excluded is NaN or infinite
   * @throws IllegalArgumentException if {@code k} is below 1, or the excluded items do not ascend
   *     within {@code [0, I)}
   */
  public static int[] of(float[] scores, int k, int... excluded) {
    if (k < 1) {
      throw new IllegalArgumentException("top " + k + ": expected 1 or more");
    }
    var best = new Candidates(scores, k);
    int from = 0;
    for (int item : excluded) {
      if (item < from || item >= scores.length) {
        throw new IllegalArgumentException(
            "excluded item %d: not after the one before it, or not one of %d items"
                .formatted(item, scores.length));
      }
      best.add(from, item);
      from = item + 1;
    }
    best.add(from, scores.length);
    return best.items();
  }

  private static final class Candidates {
    /** As many as {@code k} at least: so few that sorting them is cheap, seldom is. */
    private static final int ROOM = 512;

    private final float[] scores;
    private final int k;

    /** Score and complement of the item: a better candidate is a larger number. */
    private final long[] keys;

    private int size;

    /** Scores up to this one are no candidates; NaN while there are none. */
    private float worst = Float.NaN;

    Candidates(float[] scores, int k) {
      this.scores = scores;
      this.k = Math.min(k, scores.length);
      this.keys = new long[Math.min(this.k + ROOM, scores.length)];
    }

    void add(int from, int to) {
      for (int item = from; item < to; item++) {
        if (!(scores[item] <= worst && scores[item] >= -Float.MAX_VALUE)) {
          add(item);
        }
      }
    }

    private void add(int item) {
      Scorer.requireFinite(scores[item], item);
      if (size == keys.length) {
        cut();
      }
      keys[size++] = key(scores[item], item);
    }

    private static long key(float score, int item) {
      int bits = Float.floatToRawIntBits(score + 0f); // -0 becomes 0
      int ordered = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
      return (long) ordered << 32 | (~item & 0xFFFFFFFFL);
    }

    private static int item(long key) {
      return ~(int) key;
    }

    private void cut() {
      Arrays.sort(keys, 0, size);
      System.arraycopy(keys, size - k, keys, 0, k);
      size = k;
      worst = scores[item(keys[0])];
    }

    int[] items() {
      Arrays.sort(keys, 0, size);
      int[] items = new int[Math.min(k, size)];
      for (int rank = 0; rank < items.length; rank++) {
        items[rank] = item(keys[size - 1 - rank]);
      }
      return items;
    }
  }
}
