package dev.elbo.data;

import dev.elbo.io.Ids;
import it.unimi.dsi.fastutil.floats.FloatArrayList;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects {@link Interactions} one by one. What one event has, every one must have: a rating, or a
 * rating and a time. Not for use by several threads.
 */
public final class EventsBuilder {

  /** Ids, numbered by first appearance. */
  private static final class Numbering {
    private final List<String> ids = new ArrayList<>();
    private final Object2IntOpenHashMap<String> numbers = new Object2IntOpenHashMap<>();

    Numbering() {
      numbers.defaultReturnValue(-1);
    }

    int of(String id) {
      int known = numbers.getInt(id);
      if (known >= 0) {
        return known;
      }
      numbers.put(id, ids.size());
      ids.add(id);
      return ids.size() - 1;
    }
  }

  private final Numbering userIds = new Numbering();
  private final Numbering itemIds = new Numbering();
  private final IntArrayList users = new IntArrayList();
  private final IntArrayList items = new IntArrayList();
  private final FloatArrayList ratings = new FloatArrayList();
  private final LongArrayList times = new LongArrayList();

  EventsBuilder() {}

  /**
   * Adds an event: a user has an item.
   *
   * @param user external id of the user
   * @param item external id of the item
   * @return this
   * @throws IllegalArgumentException if an id is empty, or has a line break or NUL
   * @throws IllegalStateException if the events before have ratings or times
   */
  public EventsBuilder add(String user, String item) {
    requireLikeFirst(/* hasRating= */ false, /* hasTime= */ false);
    return append(user, item);
  }

  /**
   * Adds an event: a user has rated an item.
   *
   * @param user external id of the user
   * @param item external id of the item
   * @param rating the rating, finite
   * @return this
   * @throws IllegalArgumentException if an id is empty, or has a line break or NUL; if the rating
   *     is not finite
   * @throws IllegalStateException if the events before have no ratings, or times
   */
  public EventsBuilder add(String user, String item, double rating) {
    requireLikeFirst(/* hasRating= */ true, /* hasTime= */ false);
    requireFinite(rating);
    append(user, item);
    ratings.add((float) rating);
    return this;
  }

  /**
   * Adds an event: a user has rated an item at some time.
   *
   * @param user external id of the user
   * @param item external id of the item
   * @param rating the rating, finite; any one, such as 1, where there are none
   * @param time the time, in a unit that is the same for all events
   * @return this
   * @throws IllegalArgumentException if an id is empty, or has a line break or NUL; if the rating
   *     is not finite
   * @throws IllegalStateException if the events before have no ratings or no times
   */
  public EventsBuilder add(String user, String item, double rating, long time) {
    requireLikeFirst(/* hasRating= */ true, /* hasTime= */ true);
    requireFinite(rating);
    append(user, item);
    ratings.add((float) rating);
    times.add(time);
    return this;
  }

  /** Adds all events of another one, which has neither ratings nor times and is not modified. */
  EventsBuilder addAll(EventsBuilder other) {
    for (int event = 0; event < other.users.size(); event++) {
      add(
          other.userIds.ids.get(other.users.getInt(event)),
          other.itemIds.ids.get(other.items.getInt(event)));
    }
    return this;
  }

  /**
   * The events so far, in the order in which they were added. Of each user and item the last by
   * time stays, as {@link Interactions#withoutDuplicates} has it.
   */
  public Interactions build() {
    return new Interactions(
            List.copyOf(userIds.ids),
            List.copyOf(itemIds.ids),
            users.toIntArray(),
            items.toIntArray(),
            ratings.toFloatArray(),
            times.toLongArray())
        .withoutDuplicates();
  }

  private EventsBuilder append(String user, String item) {
    requireId("user", user);
    requireId("item", item);
    users.add(userIds.of(user));
    items.add(itemIds.of(item));
    return this;
  }

  private static void requireId(String kind, String id) {
    if (id == null) {
      throw new IllegalArgumentException(kind + ": expected an id, found null");
    }
    Ids.fault(id)
        .ifPresent(
            fault -> {
              throw new IllegalArgumentException(
                  "%s: expected an id, found one with %s".formatted(kind, fault));
            });
  }

  private void requireLikeFirst(boolean hasRating, boolean hasTime) {
    boolean ratingsBefore = !ratings.isEmpty();
    boolean timesBefore = !times.isEmpty();
    if (!users.isEmpty() && (ratingsBefore != hasRating || timesBefore != hasTime)) {
      throw new IllegalStateException(
          "expected an event %s, as those before, found one %s"
              .formatted(columns(ratingsBefore, timesBefore), columns(hasRating, hasTime)));
    }
  }

  private static String columns(boolean rating, boolean time) {
    return time ? "with rating and time" : rating ? "with a rating" : "without a rating";
  }

  private static void requireFinite(double rating) {
    if (!Float.isFinite((float) rating)) {
      throw new IllegalArgumentException("rating: expected a finite number, found " + rating);
    }
  }
}
