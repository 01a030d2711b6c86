package dev.elbo.audit;

import dev.elbo.audit.read.Recommendations;
import dev.elbo.audit.read.Recommendations.Ranking;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Recommendations for the users of a {@link Truth}, in its rows. The arrays are not copied.
 *
 * @param items each user's recommended items, best first, {@code [users][given]}; from {@code I} on
 *     those that the truth does not have; null for a user without a list
 * @param ends where each group of ties ends, exclusive, {@code [users][groups]}
 * @param itemIds external ids of the truth's items, and of those that it does not have
 */
record RankedLists(int[][] items, int[][] ends, List<String> itemIds) {

  /** Lists for each user of a truth who has one. */
  static RankedLists of(Truth truth, Recommendations recommendations) {
    Map<String, Integer> rows = new HashMap<>();
    List<String> itemIds = new ArrayList<>(truth.itemIds());
    for (int item = 0; item < itemIds.size(); item++) {
      rows.put(itemIds.get(item), item);
    }
    int[][] items = new int[truth.size()][];
    int[][] ends = new int[truth.size()][];
    for (int user = 0; user < truth.size(); user++) {
      Ranking list = recommendations.lists().get(truth.users().userIds().get(user));
      if (list != null) {
        items[user] =
            list.items().stream()
                .mapToInt(
                    id ->
                        rows.computeIfAbsent(
                            id,
                            unknown -> {
                              itemIds.add(unknown);
                              return itemIds.size() - 1;
                            }))
                .toArray();
        ends[user] = list.ends();
      }
    }
    return new RankedLists(items, ends, itemIds);
  }

  /** Whether a user has a list. */
  boolean has(int user) {
    return items[user] != null;
  }

  /** How many recommendations a user has; 0 without a list. */
  int given(int user) {
    return has(user) ? items[user].length : 0;
  }

  /** How many recommendations the longest list has. */
  int longest() {
    return IntStream.range(0, items.length).map(this::given).max().orElse(0);
  }

  /** Which of a user's recommendations. */
  @FunctionalInterface
  interface Which {
    /**
     * Whether one of them.
     *
     * @param user the user's row
     * @param position from 0
     */
    boolean test(int user, int position);
  }

  /** The same lists without some recommendations; those below move up. */
  RankedLists without(Which removed) {
    int[][] kept = new int[items.length][];
    int[][] keptEnds = new int[items.length][];
    for (int user = 0; user < items.length; user++) {
      if (has(user)) {
        int row = user;
        IntPredicate keep = position -> !removed.test(row, position);
        kept[user] =
            IntStream.range(0, given(user))
                .filter(keep)
                .map(position -> items[row][position])
                .toArray();
        keptEnds[user] = ends(ends[user], keep);
      }
    }
    return new RankedLists(kept, keptEnds, itemIds);
  }

  private static int[] ends(int[] ends, IntPredicate keep) {
    List<Integer> kept = new ArrayList<>();
    int start = 0;
    int position = 0;
    for (int end : ends) {
      int count = (int) IntStream.range(start, end).filter(keep).count();
      position += count;
      if (count > 0) {
        kept.add(position);
      }
      start = end;
    }
    return kept.stream().mapToInt(end -> end).toArray();
  }

  /** The same lists with what is tied in another order. */
  RankedLists inOrder(TieOrder order) {
    int[][] ordered = new int[items.length][];
    for (int user = 0; user < items.length; user++) {
      ordered[user] = has(user) ? order.apply(items[user], ends[user], itemIds) : null;
    }
    return new RankedLists(ordered, ends, itemIds);
  }

  /** Which of a user's recommendations are further up, too, {@code [given]}. */
  boolean[] repeated(int user) {
    boolean[] repeated = new boolean[given(user)];
    var before = new BitSet();
    for (int at = 0; at < repeated.length; at++) {
      repeated[at] = before.get(items[user][at]);
      before.set(items[user][at]);
    }
    return repeated;
  }

  /** The same of all users, {@code [users][given]}. */
  boolean[][] repeated() {
    return IntStream.range(0, items.length).mapToObj(this::repeated).toArray(boolean[][]::new);
  }
}
