package dev.elbo.data;

import java.util.Arrays;
import java.util.BitSet;

/** Events that say again what a user thinks of an item. */
final class Duplicates {
  private Duplicates() {}

  /**
   * Which events stay when each user and item is to have one: the last by time; at equal times, or
   * without times, the last in order.
   *
   * @param all the events. Not modified.
   */
  static BitSet survivors(Interactions all) {
    // Marked, not cleared: that would make BitSet look for its highest bit, each time from the end.
    var dropped = new BitSet(all.size());
    // Event that stays for each item, of the user at hand or of one before.
    int[] last = new int[all.itemIds().size()];
    Arrays.fill(last, -1);
    for (int event : byUser(all)) {
      int item = all.items()[event];
      int rival = last[item];
      boolean isRepeated = rival >= 0 && all.users()[rival] == all.users()[event];
      if (isRepeated && all.hasTimes() && all.times()[rival] > all.times()[event]) {
        dropped.set(event);
        continue;
      }
      if (isRepeated) {
        dropped.set(rival);
      }
      last[item] = event;
    }
    dropped.flip(0, all.size());
    return dropped;
  }

  /** The events ordered by user, those of a user in the order given: a counting sort. */
  private static int[] byUser(Interactions all) {
    int[] next = CsrMatrix.boundaries(CsrMatrix.counts(all.users(), all.userIds().size()));
    int[] order = new int[all.size()];
    for (int event = 0; event < order.length; event++) {
      order[next[all.users()[event]]++] = event;
    }
    return order;
  }
}
