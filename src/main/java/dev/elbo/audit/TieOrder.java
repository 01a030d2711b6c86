package dev.elbo.audit;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** In which order a program puts what is tied. */
public enum TieOrder {
  /** As the file has it. */
  FILE("as the file has it"),
  /** In the order of the data's items, as a stable sort of scores leaves them. */
  DATA("in the order of the data's items"),
  /** The other way round, as the reverse of an ascending sort leaves them. */
  DATA_REVERSED("in the reverse order of the data's items"),
  /** By descending id, as text: what trec_eval does. */
  DESCENDING_ID("by descending id, as in trec_eval"),
  /** The best for a metric. */
  BEST("the best order of ties"),
  /** The mean over all orders. */
  EXPECTED("the mean over all orders of ties"),
  /** The worst for a metric. */
  WORST("the worst order of ties");

  private final String words;

  TieOrder(String words) {
    this.words = words;
  }

  /** What the order is, in words. */
  public String words() {
    return words;
  }

  /** Whether it is one order, whatever is held out. */
  boolean isOfItems() {
    return this != BEST && this != EXPECTED && this != WORST;
  }

  /** A user's items in this order. */
  int[] apply(int[] items, int[] ends, List<String> itemIds) {
    Comparator<Integer> comparator =
        switch (this) {
          case FILE, BEST, EXPECTED, WORST -> null;
          case DATA -> Comparator.naturalOrder();
          case DATA_REVERSED -> Comparator.reverseOrder();
          case DESCENDING_ID -> Comparator.<Integer, String>comparing(itemIds::get).reversed();
        };
    if (comparator == null || ends.length == items.length) {
      return items;
    }
    int[] ordered = items.clone();
    int start = 0;
    for (int end : ends) {
      if (end - start > 1) {
        int[] group =
            Arrays.stream(items, start, end)
                .boxed()
                .sorted(comparator)
                .mapToInt(item -> item)
                .toArray();
        System.arraycopy(group, 0, ordered, start, group.length);
      }
      start = end;
    }
    return ordered;
  }

  /** Those that are one order, whatever is held out. */
  static List<TieOrder> ofItems() {
    return IntStream.range(0, values().length)
        .mapToObj(n -> values()[n])
        .filter(TieOrder::isOfItems)
        .toList();
  }
}
