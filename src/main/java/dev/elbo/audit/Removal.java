package dev.elbo.audit;

import dev.elbo.data.CsrMatrix;

/** What may be done about recommendations that should not be there, before they are judged. */
public enum Removal {
  /** Nothing: they take their places, and an item that stands twice is one hit. */
  NOTHING("as given"),
  /** An item that stands twice is a hit twice, as where hits are counted in the list. */
  NOTHING_REPEATS_COUNT("as given, repeated items counted each time"),
  /** What the user has already is taken out. */
  SEEN("without items already seen"),
  /** The repetitions of an item are taken out. */
  REPEATED("without repetitions"),
  /** Items that the data does not have are taken out. */
  UNKNOWN("without unknown items"),
  /** Items that no training user has are taken out. */
  UNTRAINED("without items not in training"),
  /** All of these are taken out. */
  ALL("without any of these");

  private final String words;

  Removal(String words) {
    this.words = words;
  }

  /** What is done, in words. */
  public String words() {
    return words;
  }

  /** Whether an item that stands twice is a hit twice. */
  boolean repetitionsCount() {
    return this == NOTHING_REPEATS_COUNT;
  }

  /** The lists afterwards. */
  RankedLists apply(Truth truth, RankedLists lists) {
    return switch (this) {
      case NOTHING, NOTHING_REPEATS_COUNT -> lists;
      case SEEN -> lists.without((user, at) -> isSeen(truth, lists, user, at));
      case REPEATED -> {
        boolean[][] repeated = lists.repeated();
        yield lists.without((user, at) -> repeated[user][at]);
      }
      case UNKNOWN -> lists.without((user, at) -> lists.items()[user][at] >= truth.items());
      case UNTRAINED -> {
        boolean[] untrained = untrained(truth, lists);
        yield lists.without((user, at) -> untrained[lists.items()[user][at]]);
      }
      case ALL -> {
        boolean[][] repeated = lists.repeated();
        boolean[] untrained = untrained(truth, lists);
        yield lists.without(
            (user, at) ->
                isSeen(truth, lists, user, at)
                    || repeated[user][at]
                    || untrained[lists.items()[user][at]]);
      }
    };
  }

  private static boolean isSeen(Truth truth, RankedLists lists, int user, int at) {
    return truth.hasSeen(user, lists.items()[user][at]);
  }

  /** Of which items no training user has any, by row; also those that the data does not have. */
  static boolean[] untrained(Truth truth, RankedLists lists) {
    boolean[] untrained = new boolean[lists.itemIds().size()];
    int[] counts = truth.training().map(CsrMatrix::columnCounts).orElse(new int[0]);
    for (int item = 0; item < untrained.length && truth.training().isPresent(); item++) {
      untrained[item] = item >= counts.length || counts[item] == 0;
    }
    return untrained;
  }
}
