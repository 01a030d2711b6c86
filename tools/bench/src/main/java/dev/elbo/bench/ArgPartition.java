package dev.elbo.bench;

import java.util.Arrays;

/**
 * The best items by partial sort, as the evaluations of Mult-VAE do it with NumPy: {@code
 * argpartition} moves the best to the front, then these few are sorted.
 */
final class ArgPartition {

  private ArgPartition() {}

  /**
   * The items with the highest scores, best first; of equal scores the lower item first.
   *
   * @param scores where the scores are. Not modified.
   * @param from position of the first item's score
   * @param items number of items
   * @param k how many, at most {@code items}
   */
  static int[] best(float[] scores, int from, int items, int k) {
    int[] order = new int[items];
    for (int item = 0; item < items; item++) {
      order[item] = item;
    }
    int low = 0;
    int high = items - 1;
    while (low < high) { // quickselect; Hoare (1961), "Algorithm 65: find"
      float pivot = scores[from + order[(low + high) >>> 1]];
      int i = low;
      int j = high;
      while (i <= j) {
        while (scores[from + order[i]] > pivot) {
          i++;
        }
        while (scores[from + order[j]] < pivot) {
          j--;
        }
        if (i <= j) {
          int swapped = order[i];
          order[i++] = order[j];
          order[j--] = swapped;
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
    return Arrays.stream(order, 0, k)
        .boxed()
        .sorted(
            (a, b) -> {
              int byScore = Float.compare(scores[from + b], scores[from + a]);
              return byScore != 0 ? byScore : Integer.compare(a, b);
            })
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
