package dev.elbo.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FilterTest {
  private static final double ANY = -Float.MAX_VALUE;

  /** An event in words, so that what is left of a file can be compared with what it was. */
  record Event(String user, String item, float rating, long time) {}

  @Test
  void ratingsThenItemsThenUsersOnce() {
    Interactions all =
        interactions(
            List.of(
                new Event("u1", "a", 4, 1),
                new Event("u1", "b", 5, 2),
                new Event("u1", "c", 4, 3), // the only user of c
                new Event("u2", "a", 5, 4),
                new Event("u2", "b", 3, 5), // too low
                new Event("u3", "b", 4, 6),
                new Event("u3", "a", 4, 7)));
    Filtered filtered = new Filter(4, 2, 2, false).apply(all);
    Interactions left = filtered.interactions();
    // u2 has one item left, because b was rated too low.
    assertEquals(
        List.of(
            new Event("u1", "a", 4, 1),
            new Event("u1", "b", 5, 2),
            new Event("u3", "b", 4, 6),
            new Event("u3", "a", 4, 7)),
        events(left));
    assertEquals(List.of("u1", "u3"), left.userIds());
    assertArrayEquals(new int[] {0, 0, 1, 1}, left.users());
    assertEquals(
        List.of(
            new Dropped("--min-rating 4.0", 0, 0, 1),
            new Dropped("--min-item-users 2", 0, 1, 1),
            new Dropped("--min-user-items 2", 1, 0, 1)),
        filtered.dropped());
  }

  @Test
  void oncePassedAnItemMayHaveTooFewUsersUnlessCored() {
    Interactions all =
        interactions(
            List.of(
                new Event("u1", "a", 1, 1),
                new Event("u1", "b", 1, 2),
                new Event("u2", "a", 1, 3),
                new Event("u2", "b", 1, 4),
                new Event("u1", "c", 1, 5),
                new Event("u3", "c", 1, 6))); // u3 has one item: it goes, and c keeps one user
    // Had users been dropped before items, c would be gone.
    assertEquals(5, new Filter(ANY, 2, 2, false).apply(all).interactions().size());
    assertEquals(
        List.of("a", "b"), new Filter(ANY, 2, 2, true).apply(all).interactions().itemIds());
  }

  @Test
  void theThresholdIsComparedAsRatingsAreStored() {
    Interactions all = interactions(List.of(new Event("u", "i", 3.6f, 1)));
    assertEquals(1, new Filter(3.6, 0, 0, false).apply(all).interactions().size());
  }

  @Test
  void withoutRatingsTheThresholdKeepsAll() {
    var all =
        new Interactions(
            List.of("u"), List.of("i"), new int[1], new int[1], new float[0], new long[0]);
    assertSame(all, new Filter(4, 0, 0, false).apply(all).interactions());
  }

  @Test
  void nothingLeft() {
    Interactions all =
        interactions(List.of(new Event("u1", "a", 4, 1), new Event("u2", "a", 5, 2)));
    assertNothingLeft(all, new Filter(6, 0, 0, false), "--min-rating 6.0", 2);
    assertNothingLeft(all, new Filter(5, 2, 0, false), "--min-item-users 2", 1);
    assertNothingLeft(all, new Filter(ANY, 0, 3, false), "--min-user-items 3", 2);
  }

  private static void assertNothingLeft(Interactions all, Filter filter, String option, int last) {
    var e = assertThrows(ElboException.class, () -> filter.apply(all));
    assertEquals(
        "of 2 interactions (2 users, 1 items) none is left: "
            + option
            + " dropped the last "
            + last
            + "; lower it",
        e.getMessage());
  }

  @Test
  void refusesValuesThatMakeNoSense() {
    assertThrows(ElboException.class, () -> new Filter(Double.NaN, 0, 0, false));
    assertThrows(ElboException.class, () -> new Filter(ANY, -1, 0, false));
    assertThrows(ElboException.class, () -> new Filter(ANY, 0, -1, false));
  }

  @Property(seed = "6")
  void aCoreHasBothMinimumsAndIsTheLargest(
      @ForAll("interactions") Interactions all,
      @ForAll @IntRange(max = 4) int minItemUsers,
      @ForAll @IntRange(max = 4) int minUserItems) {
    var filter = new Filter(ANY, minItemUsers, minUserItems, true);
    Optional<Interactions> core = apply(filter, all);
    core.ifPresent(
        left -> {
          assertTrue(Arrays.stream(counts(left.items())).allMatch(n -> n >= minItemUsers));
          assertTrue(Arrays.stream(counts(left.users())).allMatch(n -> n >= minUserItems));
          assertSame(left, filter.apply(left).interactions(), "a core is its own core");
        });
    assertEquals(
        coreByOneRemovalAtATime(all, minItemUsers, minUserItems),
        core.map(FilterTest::events).orElse(List.of()));
  }

  /** The k-core does not depend on the order of removal: here the slow way, one event at a time. */
  private static List<Event> coreByOneRemovalAtATime(
      Interactions all, int minItemUsers, int minUserItems) {
    List<Event> left = new ArrayList<>(events(all));
    while (left.removeIf(
        event ->
            left.stream().filter(e -> e.item().equals(event.item())).count() < minItemUsers
                || left.stream().filter(e -> e.user().equals(event.user())).count()
                    < minUserItems)) {
      // Until nothing is removed.
    }
    return left;
  }

  @Property(seed = "7")
  void whatIsLeftIsAsItWas(
      @ForAll("interactions") Interactions all,
      @ForAll @IntRange(min = 1, max = 5) int minRating,
      @ForAll @IntRange(max = 3) int minItemUsers,
      @ForAll @IntRange(max = 3) int minUserItems,
      @ForAll boolean kCore) {
    var filter = new Filter(minRating, minItemUsers, minUserItems, kCore);
    apply(filter, all)
        .ifPresent(
            left -> {
              List<Event> expected = new ArrayList<>(events(all));
              expected.retainAll(events(left));
              assertEquals(expected, events(left), "the same order");
              assertTrue(events(left).stream().allMatch(event -> event.rating() >= minRating));
              assertTrue(Arrays.stream(counts(left.users())).allMatch(n -> n >= minUserItems));
              assertNumberedByFirstAppearance(left.users(), left.userIds());
              assertNumberedByFirstAppearance(left.items(), left.itemIds());
            });
  }

  /** However often the two minimums take turns, each has one line. */
  @Property(seed = "8")
  void whatIsReadIsKeptOrDropped(
      @ForAll("interactions") Interactions all,
      @ForAll @IntRange(min = 1, max = 5) int minRating,
      @ForAll @IntRange(max = 3) int minItemUsers,
      @ForAll @IntRange(max = 3) int minUserItems,
      @ForAll boolean kCore) {
    var filter = new Filter(minRating, minItemUsers, minUserItems, kCore);
    Interactions left = apply(filter, all).orElse(null);
    Assume.that(left != null);
    List<Dropped> dropped = filter.apply(all).dropped();
    assertEquals(all.size() - left.size(), dropped.stream().mapToLong(Dropped::events).sum());
    assertEquals(
        all.userIds().size() - left.userIds().size(),
        dropped.stream().mapToInt(Dropped::users).sum());
    assertEquals(
        all.itemIds().size() - left.itemIds().size(),
        dropped.stream().mapToInt(Dropped::items).sum());
    assertEquals(dropped.size(), dropped.stream().map(Dropped::by).distinct().count());
  }

  private static void assertNumberedByFirstAppearance(int[] column, List<String> ids) {
    int[] firsts = Arrays.stream(column).distinct().toArray();
    assertArrayEquals(Arrays.stream(firsts).sorted().toArray(), firsts);
    assertEquals(ids.size(), firsts.length, "every id has an event");
  }

  private static Optional<Interactions> apply(Filter filter, Interactions all) {
    try {
      return Optional.of(filter.apply(all).interactions());
    } catch (ElboException _) {
      return Optional.empty();
    }
  }

  private static int[] counts(int[] column) {
    int[] counts = new int[Arrays.stream(column).max().orElse(-1) + 1];
    Arrays.stream(column).forEach(i -> counts[i]++);
    return counts;
  }

  @Provide
  Arbitrary<Interactions> interactions() {
    return Arbitraries.integers()
        .between(0, 6 * 6 * 5 - 1)
        .map(n -> new Event("u" + n % 6, "i" + n / 6 % 6, 1 + n / 36, n))
        .list()
        .uniqueElements(event -> event.user() + event.item())
        .ofMinSize(1)
        .ofMaxSize(36)
        .map(FilterTest::interactions);
  }

  private static Interactions interactions(List<Event> events) {
    SequencedSet<String> users = new LinkedHashSet<>();
    SequencedSet<String> items = new LinkedHashSet<>();
    float[] ratings = new float[events.size()];
    for (int n = 0; n < ratings.length; n++) {
      users.add(events.get(n).user());
      items.add(events.get(n).item());
      ratings[n] = events.get(n).rating();
    }
    List<String> userIds = List.copyOf(users);
    List<String> itemIds = List.copyOf(items);
    return new Interactions(
        userIds,
        itemIds,
        events.stream().mapToInt(event -> userIds.indexOf(event.user())).toArray(),
        events.stream().mapToInt(event -> itemIds.indexOf(event.item())).toArray(),
        ratings,
        events.stream().mapToLong(Event::time).toArray());
  }

  private static List<Event> events(Interactions interactions) {
    List<Event> events = new ArrayList<>();
    for (int n = 0; n < interactions.size(); n++) {
      events.add(
          new Event(
              interactions.userIds().get(interactions.users()[n]),
              interactions.itemIds().get(interactions.items()[n]),
              interactions.ratings()[n],
              interactions.times()[n]));
    }
    return events;
  }
}
