package dev.elbo.audit;

import dev.elbo.ElboException;
import dev.elbo.data.IdIndex;
import dev.elbo.data.Interactions;
import java.util.Arrays;

/**
 * When the first of each user's held-out items was had, and when anybody first had each item: what
 * a system could not have recommended, had it run then.
 *
 * @param ofUsers time of the first held-out event of each user of the truth; the end of time where
 *     nothing is held out
 * @param ofItems time of the first event of each item of the truth, anybody's
 */
public record FirstTimes(long[] ofUsers, long[] ofItems) {

  /**
   * Finds the times.
   *
   * @param truth users and items
   * @param events the events that the data was prepared from, with times
   * @throws ElboException if the events have no times
   */
  public static FirstTimes of(Truth truth, Interactions events) {
    if (!events.hasTimes()) {
      throw new ElboException(
          "expected ratings with times, found none: what nobody had yet cannot be told");
    }
    var users = new IdIndex(truth.users().userIds());
    var items = new IdIndex(truth.itemIds());
    long[] ofUsers = new long[truth.size()];
    long[] ofItems = new long[truth.items()];
    Arrays.fill(ofUsers, Long.MAX_VALUE);
    Arrays.fill(ofItems, Long.MAX_VALUE);
    for (int event = 0; event < events.size(); event++) {
      int item = items.of(events.itemIds().get(events.items()[event]));
      if (item == IdIndex.UNKNOWN) {
        continue;
      }
      long time = events.times()[event];
      ofItems[item] = Math.min(ofItems[item], time);
      int user = users.of(events.userIds().get(events.users()[event]));
      if (user != IdIndex.UNKNOWN && truth.gain(user, item) > 0) {
        ofUsers[user] = Math.min(ofUsers[user], time);
      }
    }
    return new FirstTimes(ofUsers, ofItems);
  }

  /** Whether nobody had an item by the time of a user's first held-out event. */
  boolean isTooEarly(int user, int item) {
    return item < ofItems.length && ofItems[item] > ofUsers[user];
  }
}
