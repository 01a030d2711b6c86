package dev.elbo.audit.read;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/**
 * What a system recommends, in external ids.
 *
 * @param format how the file was read, in words
 * @param lists each user's recommendations, in the order of the file
 * @param doubledUsers users who have more than one list, of which the first counts
 * @param contradictions users whose scores do not descend with their ranks
 */
public record Recommendations(
    String format,
    SequencedMap<String, Ranking> lists,
    List<String> doubledUsers,
    List<String> contradictions) {

  /**
   * One user's recommendations, best first.
   *
   * @param items their external ids
   * @param ends where each group of ties ends, exclusive, ascending to the number of items
   */
  public record Ranking(List<String> items, int[] ends) {

    /** Recommendations in the order given, none of which are tied. */
    static Ranking inOrder(List<String> items) {
      return new Ranking(List.copyOf(items), IntStream.rangeClosed(1, items.size()).toArray());
    }

    /**
     * Recommendations by score; of equal scores, which are ties, the first in the file first.
     *
     * @param scores higher is better. Not modified.
     */
    static Ranking byScore(List<String> items, double[] scores) {
      List<Integer> order =
          IntStream.range(0, scores.length)
              .boxed()
              .sorted((a, b) -> Double.compare(scores[b] + 0.0, scores[a] + 0.0))
              .toList();
      return of(items, order, scores);
    }

    /**
     * Recommendations in some order; neighbours with equal keys are ties.
     *
     * @param order positions, best first
     */
    static Ranking of(List<String> items, List<Integer> order, double[] keys) {
      List<String> ranked = new ArrayList<>(order.size());
      int[] ends = new int[order.size()];
      int groups = 0;
      for (int n = 0; n < order.size(); n++) {
        ranked.add(items.get(order.get(n)));
        if (n > 0 && keys[order.get(n)] == keys[order.get(n - 1)]) {
          groups--;
        }
        ends[groups++] = n + 1;
      }
      return new Ranking(ranked, Arrays.copyOf(ends, groups));
    }
  }
}
