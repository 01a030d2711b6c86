package dev.elbo.data;

import java.util.List;

/**
 * Who rated what, in the order of the file: one event per user and item. Users and items are
 * numbered by first appearance; the lists give their external ids.
 *
 * @param userIds external id of each user
 * @param itemIds external id of each item
 * @param users user of each event, {@code [events]}
 * @param items item of each event, {@code [events]}
 * @param ratings rating of each event, {@code [events]}; empty if the source has none
 * @param times time of each event in seconds, {@code [events]}; empty if the source has none
 */
public record Interactions(
    List<String> userIds,
    List<String> itemIds,
    int[] users,
    int[] items,
    float[] ratings,
    long[] times) {

  /**
   * Checks that the columns fit.
   *
   * @throws IllegalArgumentException if their lengths differ
   */
  public Interactions {
    if (users.length != items.length
        || (ratings.length != 0 && ratings.length != users.length)
        || (times.length != 0 && times.length != users.length)) {
      throw new IllegalArgumentException(
          "columns of different lengths: %d users, %d items, %d ratings, %d times"
              .formatted(users.length, items.length, ratings.length, times.length));
    }
  }

  /** Number of events. */
  public int size() {
    return users.length;
  }

  /** Whether the events have ratings. */
  public boolean hasRatings() {
    return ratings.length > 0;
  }

  /** Whether the events have times. */
  public boolean hasTimes() {
    return times.length > 0;
  }
}
