package dev.elbo.data;

import dev.elbo.io.Sha256;
import it.unimi.dsi.fastutil.ints.IntArrays;
import java.io.BufferedWriter;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collector;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Who rated what, in the order of the file: one event per user and item. Users and items are
 * numbered by first appearance; the lists give their external ids.
 *
 * @param userIds external id of each user
 * @param userIdType what the column of user ids holds, which is the users' order. It is that of the
 *     column as it was read, also when only some of the events are left: so it is in pandas.
 * @param itemIds external id of each item
 * @param users user of each event, {@code [events]}
 * @param items item of each event, {@code [events]}
 * @param ratings rating of each event, {@code [events]}; empty if the source has none
 * @param times time of each event, {@code [events]}, in a unit that is the same for all of them;
 *     only their order counts; empty if the source has none
 */
public record Interactions(
    List<String> userIds,
    IdType userIdType,
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

  /** Events as they are read: the type of the user ids is seen from these. */
  public Interactions(
      List<String> userIds,
      List<String> itemIds,
      int[] users,
      int[] items,
      float[] ratings,
      long[] times) {
    this(userIds, IdType.of(userIds), itemIds, users, items, ratings, times);
  }

  /** Number of events. */
  public int size() {
    return users.length;
  }

  /** The users by ascending id, as {@link IdType} has it. */
  public int[] usersById() {
    return userIdType.ascending(userIds);
  }

  /** Whether the events have ratings. */
  public boolean hasRatings() {
    return ratings.length > 0;
  }

  /** Whether the events have times. */
  public boolean hasTimes() {
    return times.length > 0;
  }

  /** The same events with the times 0, 1, 2, ...: the order given is that of time. */
  public Interactions timedAsGiven() {
    return new Interactions(
        userIds, userIdType, itemIds, users, items, ratings, LongStream.range(0, size()).toArray());
  }

  /** The same events without ratings: what counts is who has what. */
  public Interactions withoutRatings() {
    return new Interactions(userIds, userIdType, itemIds, users, items, new float[0], times);
  }

  /**
   * Some of the events, in the same order. Users and items are numbered anew by first appearance
   * among them; those without an event are gone.
   *
   * @param events which events. Not modified.
   */
  public Interactions select(BitSet events) {
    return inOrder(events.stream().toArray());
  }

  /**
   * Events in an order of their own. Users and items are numbered anew by first appearance in it;
   * those without an event are gone.
   *
   * @param kept the events, from the first. Not modified.
   */
  public Interactions inOrder(int[] kept) {
    int[] keptUsers = gather(users, kept);
    int[] keptItems = gather(items, kept);
    float[] keptRatings = new float[hasRatings() ? kept.length : 0];
    long[] keptTimes = new long[hasTimes() ? kept.length : 0];
    for (int n = 0; n < keptRatings.length; n++) {
      keptRatings[n] = ratings[kept[n]];
    }
    for (int n = 0; n < keptTimes.length; n++) {
      keptTimes[n] = times[kept[n]];
    }
    return new Interactions(
        renumber(keptUsers, userIds),
        userIdType,
        renumber(keptItems, itemIds),
        keptUsers,
        keptItems,
        keptRatings,
        keptTimes);
  }

  /**
   * The events without those that say again what a user thinks of an item: of each user and item
   * the last by time stays; at equal times, or without times, the last in order. It keeps its
   * place.
   */
  public Interactions withoutDuplicates() {
    BitSet last = lastOfEach();
    return last.cardinality() == size() ? this : select(last);
  }

  /** The numbers of the events that {@link #withoutDuplicates} keeps. */
  public BitSet lastOfEach() {
    return Duplicates.survivors(this);
  }

  /**
   * The numbers of the events in the order of time, ties and events without one in the order given.
   */
  public int[] byTime() {
    int[] events = IntStream.range(0, size()).toArray();
    if (hasTimes()) {
      IntArrays.mergeSort(events, (a, b) -> Long.compare(times[a], times[b]));
    }
    return events;
  }

  /** Collects events one by one. */
  public static EventsBuilder builder() {
    return new EventsBuilder();
  }

  /**
   * Collects a stream, an event of each element: {@code
   * orders.stream().collect(Interactions.collector(Order::customer, Order::article))}.
   *
   * @param user gives the external id of an element's user
   * @param item gives the external id of its item
   */
  public static <T> Collector<T, ?, Interactions> collector(
      Function<? super T, String> user, Function<? super T, String> item) {
    return Collector.of(
        Interactions::builder,
        (events, element) -> events.add(user.apply(element), item.apply(element)),
        EventsBuilder::addAll,
        EventsBuilder::build);
  }

  /**
   * SHA-256 of the events as text, a line each, which says at a glance whether two people have the
   * same ones in the same order: ids of user and item, the rating and the time where there are any,
   * as {@code 1<tab>1193<tab>5.0<tab>978300760}, each line with its end, in UTF-8.
   */
  public String sha256() {
    return Sha256.of(
        out -> {
          var lines = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
          for (int n = 0; n < size(); n++) {
            lines.write(userIds.get(users[n]) + "\t" + itemIds.get(items[n]));
            lines.write(hasRatings() ? "\t" + ratings[n] : "");
            lines.write(hasTimes() ? "\t" + times[n] : "");
            lines.write('\n');
          }
          lines.flush();
        });
  }

  private static int[] gather(int[] column, int[] events) {
    int[] gathered = new int[events.length];
    for (int n = 0; n < events.length; n++) {
      gathered[n] = column[events[n]];
    }
    return gathered;
  }

  /**
   * Numbers a column anew by first appearance; {@code column} is modified. The ids that are left.
   */
  private static List<String> renumber(int[] column, List<String> ids) {
    int[] number = new int[ids.size()];
    Arrays.fill(number, -1);
    List<String> kept = new ArrayList<>();
    for (int n = 0; n < column.length; n++) {
      int old = column[n];
      if (number[old] < 0) {
        number[old] = kept.size();
        kept.add(ids.get(old));
      }
      column[n] = number[old];
    }
    return Collections.unmodifiableList(kept);
  }
}
