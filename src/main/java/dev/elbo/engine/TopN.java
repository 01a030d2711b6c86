package dev.elbo.engine;

import dev.elbo.ElboException;
import java.util.Arrays;

/**
 * The best-scored items. Candidates are gathered, and cut to the best whenever there is no room for
 * more; from then on nearly every item costs one comparison with the worst of those.
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
    /** For candidates beyond {@code k}: with few a cut is cheap, with many it is rare. */
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
      selectBest();
      size = k;
      worst = scores[item(keys[0])];
    }

    /**
     * Puts the best {@code k} candidates in front, the worst of them first: Hoare's selection
     * (1961, "Algorithm 65: find"), which is linear in the mean.
     */
    private void selectBest() {
      int low = 0;
      int high = size - 1;
      while (low < high) {
        long pivot = keys[(low + high) >>> 1];
        int i = low;
        int j = high;
        while (i <= j) {
          while (keys[i] > pivot) {
            i++;
          }
          while (keys[j] < pivot) {
            j--;
          }
          if (i <= j) {
            long better = keys[j];
            keys[j--] = keys[i];
            keys[i++] = better;
          }
        }
        if (k - 1 <= j) {
          high = j;
        } else if (k - 1 >= i) {
          low = i;
        } else {
          break;
        }
      }
      long last = keys[k - 1];
      keys[k - 1] = keys[0];
      keys[0] = last;
    }

    int[] items() {
      if (size > k) {
        cut();
      }
      Arrays.sort(keys, 0, size);
      int[] items = new int[size];
      for (int rank = 0; rank < items.length; rank++) {
        items[rank] = item(keys[size - 1 - rank]);
      }
      return items;
    }
  }
}
