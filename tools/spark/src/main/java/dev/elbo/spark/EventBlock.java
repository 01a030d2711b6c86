package dev.elbo.spark;

import dev.elbo.data.CsrMatrix;
import dev.elbo.data.IdType;
import dev.elbo.data.Interactions;
import dev.elbo.data.read.InteractionsJoiner;
import it.unimi.dsi.fastutil.ints.IntArrays;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * Events on their way between machines: {@link Interactions}, and where each stood in the files.
 * Columns of numbers, since an object for each event would take several times the memory.
 *
 * @param places part of the files and position in it of each event, {@code [events]}, as {@link
 *     #place} has it
 * @param userIds external id of each user
 * @param itemIds external id of each item
 * @param users user of each event, {@code [events]}
 * @param items item of each event, {@code [events]}
 * @param ratings rating of each event, {@code [events]}; empty if there are none
 * @param times time of each event, {@code [events]}; empty if there are none
 */
record EventBlock(
    long[] places,
    String[] userIds,
    String[] itemIds,
    int[] users,
    int[] items,
    float[] ratings,
    long[] times)
    implements Serializable {

  /** Where an event stands: ascending in the order of the files. */
  static long place(int part, int position) {
    return ((long) part << 32) | position;
  }

  /** The part of the files that a place is in. */
  static int part(long place) {
    return (int) (place >>> 32);
  }

  /** The position in its part. */
  static int position(long place) {
    return (int) place;
  }

  /** Events with their places. The arrays are shared. */
  static EventBlock of(Interactions events, long[] places) {
    return new EventBlock(
        places,
        events.userIds().toArray(String[]::new),
        events.itemIds().toArray(String[]::new),
        events.users(),
        events.items(),
        events.ratings(),
        events.times());
  }

  /** All events of one part of the files, in their order. */
  static EventBlock of(Interactions events, int part) {
    long[] places = new long[events.size()];
    Arrays.setAll(places, position -> place(part, position));
    return of(events, places);
  }

  /**
   * The events without their places. The arrays are shared. What type the ids are of is seen from
   * those of all blocks only, so that of these is none to go by.
   */
  Interactions interactions() {
    return new Interactions(
        Arrays.asList(userIds), IdType.TEXT, Arrays.asList(itemIds), users, items, ratings, times);
  }

  /** Number of events. */
  int size() {
    return users.length;
  }

  /**
   * Events in an order of their own; users and items without any are gone.
   *
   * @param kept the events, from the first
   */
  EventBlock inOrder(int[] kept) {
    long[] keptPlaces = new long[kept.length];
    Arrays.setAll(keptPlaces, n -> places[kept[n]]);
    return of(interactions().inOrder(kept), keptPlaces);
  }

  /** The same events in the order of the files. */
  EventBlock inOrderOfFiles() {
    int[] events = new int[size()];
    Arrays.setAll(events, event -> event);
    IntArrays.mergeSort(events, (a, b) -> Long.compare(places[a], places[b]));
    return inOrder(events);
  }

  /**
   * Events dealt out.
   *
   * @param hands the hand that each event goes to, {@code [events]}, below {@code count}
   * @return for each hand its events in their order; null for one that gets none
   */
  EventBlock[] deal(int[] hands, int count) {
    int[] start = CsrMatrix.boundaries(CsrMatrix.counts(hands, count));
    int[] events = new int[hands.length];
    int[] next = start.clone();
    for (int event = 0; event < hands.length; event++) {
      events[next[hands[event]]++] = event;
    }
    EventBlock[] dealt = new EventBlock[count];
    for (int hand = 0; hand < count; hand++) {
      if (start[hand] < start[hand + 1]) {
        dealt[hand] = inOrder(Arrays.copyOfRange(events, start[hand], start[hand + 1]));
      }
    }
    return dealt;
  }

  /**
   * Blocks end to end.
   *
   * @param blocks the blocks. Modified: they are of no more use.
   */
  static EventBlock join(List<EventBlock> blocks) {
    long[] places = blocks.stream().flatMapToLong(block -> Arrays.stream(block.places)).toArray();
    var joiner = new InteractionsJoiner();
    blocks.forEach(block -> joiner.add(block.interactions()));
    return of(joiner.join(IdType.TEXT), places);
  }
}
