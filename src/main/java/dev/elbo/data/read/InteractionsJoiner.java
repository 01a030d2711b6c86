package dev.elbo.data.read;

import dev.elbo.data.IdType;
import dev.elbo.data.Interactions;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Joins parts of a file, or files, end to end. Users and items are numbered by first appearance in
 * the whole, so that it does not matter how many parts there were. Not for use by several threads.
 */
public final class InteractionsJoiner {
  private final IdTable userIds = new IdTable();
  private final IdTable itemIds = new IdTable();
  private final List<int[]> users = new ArrayList<>();
  private final List<int[]> items = new ArrayList<>();
  private final List<float[]> ratings = new ArrayList<>();
  private final List<long[]> times = new ArrayList<>();
  private final List<TimeColumn> timeColumns = new ArrayList<>();
  private BadLines bad = BadLines.NONE;

  /**
   * Adds the next part.
   *
   * @param part events; their times are in the same unit as those of the other parts. Modified.
   */
  public void add(Interactions part) {
    users.add(renumbered(part.users(), userIds.numbers(part.userIds())));
    items.add(renumbered(part.items(), itemIds.numbers(part.itemIds())));
    ratings.add(part.ratings());
    times.add(part.times());
  }

  /**
   * Adds the next part.
   *
   * @param part events, numbered by first appearance among them. Modified.
   */
  void add(Events part) {
    add(part.all());
    timeColumns.add(part.times());
    bad = bad.and(part.bad());
  }

  private static int[] renumbered(int[] column, int[] numbers) {
    for (int n = 0; n < column.length; n++) {
      column[n] = numbers[column[n]];
    }
    return column;
  }

  /**
   * All events. The joiner is empty afterwards.
   *
   * @param userIdType what the column of user ids holds
   */
  public Interactions join(IdType userIdType) {
    return new Interactions(
        userIds.ids(),
        userIdType,
        itemIds.ids(),
        joined(users, int[]::new),
        joined(items, int[]::new),
        joined(ratings, float[]::new),
        joined(times, long[]::new));
  }

  /**
   * All events as they were read. The joiner is empty afterwards.
   *
   * @throws dev.elbo.data.read.text.BadLine if the times of the parts do not fit together
   */
  Events join() {
    return new Events(join(IdType.of(userIds.ids())), TimeColumn.join(timeColumns), bad);
  }

  private static <A> A joined(List<A> parts, IntFunction<A> allocate) {
    A joined = allocate.apply(parts.stream().mapToInt(Array::getLength).reduce(0, Math::addExact));
    int end = 0;
    for (A part : parts) {
      int length = Array.getLength(part);
      System.arraycopy(part, 0, joined, end, length);
      end += length;
    }
    // Before the next column is allocated: memory holds the events once, and one column twice.
    parts.clear();
    return joined;
  }
}
