package dev.elbo.data.split;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import dev.elbo.data.CsrMatrix;
import dev.elbo.data.DataDescription;
import dev.elbo.data.Dropped;
import dev.elbo.data.EvaluationUsers;
import dev.elbo.data.Filter;
import dev.elbo.data.Filtered;
import dev.elbo.data.HeldOutUsers;
import dev.elbo.data.Interactions;
import dev.elbo.data.PreparedData;
import dev.elbo.data.Split;
import dev.elbo.data.SyntheticRatings;
import dev.elbo.data.read.ReadingOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

public class SplitTest {
  private static final int USERS = 10;
  private static final int ITEMS = 12;

  /** One line of a ratings file. */
  private record Event(String user, String item, long time) {}

  /**
   * The expected values are those of this script with NumPy:
   *
   * <pre>
   * import numpy as np
   * events = [(int(e[:-1]), e[-1]) for e in ratings.split()]
   * seed, held_out_users, holdout = 3, 3, 0.4
   * users = np.unique([u for u, _ in events])
   * users = users[np.random.RandomState(seed).permutation(users.size)].tolist()
   * n = len(users) - 2 * held_out_users
   * items = list(dict.fromkeys(i for u, i in events if u in users[:n]))
   * print(users, "".join(items))
   * for part in users[n:n + held_out_users], users[n + held_out_users:]:
   *     random_state = np.random.RandomState(seed)
   *     for u in sorted(part):
   *         own = [i for v, i in events if v == u and i in items]
   *         k = int(holdout * len(own)) if len(own) >= 5 else 0
   *         out = random_state.choice(len(own), k, replace=False) if len(own) >= 5 else []
   *         print(u, *sorted(set(own) - {own[j] for j in out}), "|", *sorted(own[j] for j in out))
   * </pre>
   *
   * <p>Users 9 and 21 have an item that no training user has, and without it fewer than 5; the
   * permuted order of the others is not the ascending one, in which they draw.
   */
  @Test
  void strongIsThatOfTheAuthors() {
    String ratings =
        """
        100c 10e 9a 100f 57g 33f 2d 33d 10f 21a 33e 4c 9f 10c 33b 57e 57d 33c 4d 57f 21d 2b 9e 2c \
        4b 57b 100b 10b 4g 100g 100e 2g 10g 4f 9b 9d 21b 2e 21e 21f 9z\
        """;
    PreparedData data =
        prepare(new Split.Strong(new HeldOutUsers(3), 0.4, 3), interactions(ratings));

    assertEquals(List.of("33", "100"), data.trainUserIds());
    assertEquals(List.of("21", "57", "10"), data.validation().userIds());
    assertEquals(List.of("4", "2", "9"), data.test().userIds());
    assertEquals(List.of("c", "f", "d", "e", "b", "g"), data.itemIds());
    assertEquals(List.of("bcdef", "bcefg"), rows(data, data.train()));
    assertEquals(List.of("bdef", "bfg", "cef"), rows(data, data.validation().foldIn()));
    assertEquals(List.of("", "de", "bg"), rows(data, data.validation().heldOut()));
    assertEquals(List.of("cfg", "bcd", "bdef"), rows(data, data.test().foldIn()));
    assertEquals(List.of("bd", "eg", ""), rows(data, data.test().heldOut()));
    assertEquals(new DataDescription.EvaluationCounts(3, 10, 4, 1), data.description().test());
    assertEquals(
        new DataDescription.Counts(8, 8, 41, 1 - 41 / 64.0), data.description().filtered());
    assertEquals(
        List.of(new Dropped("the split: no training event is on the item", 0, 2, 3)),
        data.description().droppedBySplit());
  }

  @Test
  void temporalHoldsOutTheLatest() {
    var events = new ArrayList<Event>();
    for (String user : List.of("u", "v", "w")) {
      for (int n = 0; n < 5; n++) {
        events.add(new Event(user, "abcde".substring(n, n + 1), new long[] {9, 3, 9, 9, 1}[n]));
      }
    }
    PreparedData data =
        prepare(new Split.Temporal(new HeldOutUsers(1), 0.4, 1), interactions(events));
    assertEquals(List.of("cd"), rows(data, data.test().heldOut()), "a tie: the later in the file");
    assertEquals(List.of("abe"), rows(data, data.test().foldIn()));
    assertEquals("eba", inOrder(data, data.test().foldIn()));
    assertEquals("ebacd", inOrder(data, data.train()), "a tie: the later in the file is later");
  }

  /**
   * The same users, and another draw of what is held out of them: only the file's order differs.
   */
  @Test
  void anotherOrderOfTheLinesHoldsOutOtherItemsOfTheSameUsers() {
    Interactions drawn = new SyntheticRatings(60, 30, 7).draw();
    var strong = new Split.Strong(new HeldOutUsers(12), 0.3, 1);
    PreparedData data = prepare(strong, drawn);
    PreparedData other = prepare(strong, Partition.shuffled(drawn, 5));
    assertEquals(data.trainUserIds(), other.trainUserIds());
    assertEquals(data.test().userIds(), other.test().userIds());
    assertEquals(data.description().test(), other.description().test());
    assertNotEquals(rows(data, data.test().heldOut()), rows(other, other.test().heldOut()));
    assertNotEquals(
        data.description().filteredSha256(), other.description().filteredSha256(), "the order");
    assertEquals(
        other.description().filteredSha256(),
        prepare(strong, Partition.shuffled(drawn, 5)).description().filteredSha256());
  }

  /** {@code printf 'u\ta\t9\nv\tb\t3\n' | sha256sum} */
  @Test
  void theEventsHaveAHashThatOthersCanCompute() {
    Interactions events = interactions(List.of(new Event("u", "a", 9), new Event("v", "b", 3)));
    assertEquals(
        "f605af1a41580846cf36245e6464e8a96c6394d1cdd4cb1a2980ebc793c6da63", events.sha256());
  }

  @Test
  void noneTrainsOnAllOfThem() {
    var events =
        List.of(
            new Event("10", "a", 9),
            new Event("9", "b", 5),
            new Event("10", "c", 3),
            new Event("10", "d", 9));
    PreparedData data = prepare(new Split.None(), interactions(events));
    assertEquals(List.of("9", "10"), data.trainUserIds());
    assertEquals(List.of("b", "acd"), rows(data, data.train()));
    assertEquals("bcad", inOrder(data, data.train()), "a tie: the later in the file is later");
    assertEquals(0, data.validation().size());
    assertEquals(0, data.test().size());
  }

  /** The items of all rows in the order of time. */
  private static String inOrder(PreparedData data, CsrMatrix matrix) {
    return Arrays.stream(matrix.sequence())
        .mapToObj(data.itemIds()::get)
        .collect(Collectors.joining());
  }

  @Property(tries = 200, seed = "41")
  void heldOutUsersAreNotTrainedOn(
      @ForAll("interactions") Interactions interactions,
      @ForAll @IntRange(min = 1, max = 4) int heldOutUsers,
      @ForAll @DoubleRange(min = 0.1, max = 0.9) double holdout,
      @ForAll @IntRange int seed,
      @ForAll boolean byTime) {
    Assume.that(2 * heldOutUsers < interactions.userIds().size());
    var count = new HeldOutUsers(heldOutUsers);
    Split split =
        byTime ? new Split.Temporal(count, holdout, seed) : new Split.Strong(count, holdout, seed);
    PreparedData data = prepareUnlessEmpty(split, interactions);

    var users = new ArrayList<>(data.trainUserIds());
    users.addAll(data.validation().userIds());
    users.addAll(data.test().userIds());
    assertEquals(interactions.userIds().size(), users.size());
    assertEquals(Set.copyOf(interactions.userIds()), Set.copyOf(users));
    assertEquals(heldOutUsers, data.validation().size());
    assertEquals(heldOutUsers, data.test().size());

    assertEquals(itemsSeenBy(interactions, Set.copyOf(data.trainUserIds())), data.itemIds());
    Map<String, Set<String>> all = itemsByUser(interactions);
    Map<String, Set<String>> train = itemsByUser(data, data.trainUserIds(), data.train());
    train.forEach((user, items) -> assertEquals(all.get(user), items));
    for (EvaluationUsers part : List.of(data.validation(), data.test())) {
      var foldIn = itemsByUser(data, part.userIds(), part.foldIn());
      var heldOut = itemsByUser(data, part.userIds(), part.heldOut());
      for (String user : part.userIds()) {
        var known = new TreeSet<>(all.get(user));
        known.retainAll(data.itemIds());
        assertEquals(known, disjointUnion(foldIn.get(user), heldOut.get(user)));
        int expected = known.size() < 5 ? 0 : (int) (holdout * known.size());
        assertEquals(expected, heldOut.get(user).size());
        if (byTime) {
          assertTrue(
              times(interactions, user, foldIn.get(user)).getMax()
                  <= times(interactions, user, heldOut.get(user)).getMin());
        }
      }
    }
  }

  @Property(tries = 200, seed = "42")
  void weakDividesTheRecords(
      @ForAll("interactions") Interactions interactions,
      @ForAll @DoubleRange(min = 0.1, max = 0.45) double holdout,
      @ForAll @IntRange int seed) {
    PreparedData data = prepare(new Split.Weak(holdout, seed), interactions);

    var sorted =
        interactions.userIds().stream().sorted(Comparator.comparing(Integer::valueOf)).toList();
    assertEquals(sorted, data.trainUserIds());
    assertEquals(sorted, data.validation().userIds());
    assertEquals(sorted, data.test().userIds());
    int heldOut = (int) (holdout * interactions.size());
    assertEquals(interactions.size() - 2 * heldOut, data.train().size());
    assertFalse(
        Arrays.stream(data.train().columnCounts()).anyMatch(count -> count == 0),
        "an item without a training event");

    Map<String, Set<String>> all = itemsByUser(interactions);
    var train = itemsByUser(data, sorted, data.train());
    var validation = itemsByUser(data, sorted, data.validation().heldOut());
    var test = itemsByUser(data, sorted, data.test().heldOut());
    assertEquals(train, itemsByUser(data, sorted, data.validation().foldIn()));
    assertEquals(train, itemsByUser(data, sorted, data.test().foldIn()));
    for (String user : sorted) {
      var known = new TreeSet<>(all.get(user));
      known.retainAll(data.itemIds());
      assertEquals(known, disjointUnion(train.get(user), validation.get(user), test.get(user)));
    }
  }

  @Property(tries = 30, seed = "43")
  void theSeedDecides(@ForAll @IntRange int seed) {
    Interactions interactions = interactions(allPairs(40, 10));
    var users = new HeldOutUsers(0.25);
    assertEquals(
        prepare(new Split.Strong(users, 0.2, seed), interactions).sha256(),
        prepare(new Split.Strong(users, 0.2, seed), interactions).sha256());
    assertNotEquals(
        prepare(new Split.Strong(users, 0.2, seed), interactions).sha256(),
        prepare(new Split.Strong(users, 0.2, seed + 1L), interactions).sha256());
    assertNotEquals(
        prepare(new Split.Weak(0.2, seed), interactions).sha256(),
        prepare(new Split.Weak(0.2, seed + 1L), interactions).sha256());
  }

  /** The weak split's rows show the order; {@link dev.elbo.data.IdTypeTest} has every type. */
  @Test
  void usersAreSortedByIdAsPandasDoes() {
    assertEquals(List.of("-3", "7", "9", "10"), weakRows("10", "9", "7", "-3"));
    assertEquals(List.of("1", "7.0", "9", "10"), weakRows("10", "9", "7.0", "1"));
    assertEquals(List.of("-3", "10", "9", "x"), weakRows("x", "10", "9", "-3"));
  }

  /** pandas filters a column that it has read, and whose type is what it was. */
  @Test
  void usersThatAreDroppedCountForTheType() {
    Interactions all = interactions("xa 10a 10b 10c 10d 10e 9a 9b 9c 9d 9e");
    Interactions kept = new Filter(4, 0, 5, false).apply(all).interactions();
    assertEquals(List.of("10", "9"), kept.userIds());
    assertEquals(List.of("10", "9"), prepare(new Split.Weak(0.2, 1), kept).trainUserIds());
    assertEquals(
        List.of("9", "10"),
        prepare(new Split.Weak(0.2, 1), interactions("10a 10b 10c 10d 10e 9a 9b 9c 9d 9e"))
            .trainUserIds());
  }

  @Test
  void heldOutUsersMayBeAFraction() {
    Interactions interactions = interactions(allPairs(30, 10));
    Split split = new Split.Strong(new HeldOutUsers(0.1), 0.2, 1);
    assertEquals(3, prepare(split, interactions).test().size());
  }

  @Test
  void impossibleRequests() {
    Interactions interactions = interactions(allPairs(10, 6));
    var five = new Split.Strong(new HeldOutUsers(5), 0.2, 1);
    assertMessage("5 for validation and as many for test, of 10 users", five, interactions);
    var none = new Split.Strong(new HeldOutUsers(0.01), 0.2, 1);
    assertMessage("0 for validation and as many for test, of 10 users", none, interactions);
    var tooLittle = new Split.Strong(new HeldOutUsers(2), 0.1, 1);
    assertMessage(
        "nothing is held out for validation: its 2 users have 12 events", tooLittle, interactions);
    var oneRecord = new Split.Weak(0.01, 1);
    assertMessage("nothing is held out for validation", oneRecord, interactions);
    var untimed =
        new Interactions(
            interactions.userIds(),
            interactions.itemIds(),
            interactions.users(),
            interactions.items(),
            new float[0],
            new long[0]);
    var temporal = new Split.Temporal(new HeldOutUsers(2), 0.2, 1);
    assertMessage("needs ratings with times, and there are none", temporal, untimed);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -0.2, Double.NaN})
  void holdoutOutOfRange(double holdout) {
    var users = new HeldOutUsers(1);
    assertThrows(ElboException.class, () -> new Split.Strong(users, holdout, 1));
    assertThrows(ElboException.class, () -> new Split.Temporal(users, holdout, 1));
    assertThrows(ElboException.class, () -> new Split.Weak(holdout, 1));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, 1.5, 1e10, Double.NaN})
  void heldOutUsersOutOfRange(double amount) {
    assertThrows(ElboException.class, () -> new HeldOutUsers(amount));
  }

  @Provide
  Arbitrary<Interactions> interactions() {
    Arbitrary<List<Integer>> cells =
        Arbitraries.shuffle(IntStream.range(0, USERS * ITEMS).boxed().toList());
    Arbitrary<Integer> size = Arbitraries.integers().between(USERS * ITEMS / 2, USERS * ITEMS);
    Arbitrary<List<Long>> times = Arbitraries.longs().between(0, 20).list().ofSize(USERS * ITEMS);
    return Combinators.combine(cells, size, times)
        .as(
            (order, n, time) ->
                interactions(
                    IntStream.range(0, n)
                        .mapToObj(
                            e ->
                                new Event(
                                    "" + (5 + order.get(e) / ITEMS),
                                    "item " + order.get(e) % ITEMS,
                                    time.get(e)))
                        .toList()));
  }

  private static List<Event> allPairs(int users, int items) {
    return IntStream.range(0, users * items)
        .mapToObj(n -> new Event("u" + n % users, "i" + n / users, n))
        .toList();
  }

  /** Ratings such as {@code "7a 7b 8a"}: users, each with an item of one letter. */
  public static Interactions interactions(String ratings) {
    return interactions(
        Arrays.stream(ratings.split(" "))
            .map(
                rating -> {
                  int last = rating.length() - 1;
                  return new Event(rating.substring(0, last), rating.substring(last), 0);
                })
            .toList());
  }

  private static Interactions interactions(List<Event> events) {
    List<String> users = events.stream().map(Event::user).distinct().toList();
    List<String> items = events.stream().map(Event::item).distinct().toList();
    return new Interactions(
        users,
        items,
        events.stream().mapToInt(event -> users.indexOf(event.user)).toArray(),
        events.stream().mapToInt(event -> items.indexOf(event.item)).toArray(),
        new float[0],
        events.stream().mapToLong(Event::time).toArray());
  }

  public static PreparedData prepare(Split split, Interactions interactions) {
    var source =
        new DataDescription.Source(
            "ratings.dat", "0".repeat(64), "dat", 100, 9, 8, 1, 0L, ReadingOptions.DEFAULT, null);
    return Partition.divide(
        new Filtered(new Filter(4, 0, 5, false), interactions, List.of()), split, source);
  }

  private static PreparedData prepareUnlessEmpty(Split split, Interactions interactions) {
    try {
      return prepare(split, interactions);
    } catch (ElboException e) {
      Assume.that(!e.getMessage().startsWith("nothing is held out"));
      throw e;
    }
  }

  private static List<String> weakRows(String... users) {
    var events = new ArrayList<Event>();
    for (String user : users) {
      for (int item = 0; item < 5; item++) {
        events.add(new Event(user, "item " + item, 0));
      }
    }
    return prepare(new Split.Weak(0.2, 1), interactions(events)).trainUserIds();
  }

  /** Each row as the letters of its items, sorted. */
  private static List<String> rows(PreparedData data, CsrMatrix matrix) {
    return IntStream.range(0, matrix.rows())
        .mapToObj(
            row ->
                Arrays.stream(matrix.row(row))
                    .mapToObj(data.itemIds()::get)
                    .sorted()
                    .collect(Collectors.joining()))
        .toList();
  }

  private static Map<String, Set<String>> itemsByUser(Interactions interactions) {
    var items = new HashMap<String, Set<String>>();
    for (int event = 0; event < interactions.size(); event++) {
      items
          .computeIfAbsent(user(interactions, event), _ -> new TreeSet<>())
          .add(item(interactions, event));
    }
    return items;
  }

  private static Map<String, Set<String>> itemsByUser(
      PreparedData data, List<String> users, CsrMatrix matrix) {
    var items = new HashMap<String, Set<String>>();
    for (int row = 0; row < users.size(); row++) {
      items.put(
          users.get(row),
          Arrays.stream(matrix.row(row))
              .mapToObj(data.itemIds()::get)
              .collect(Collectors.toCollection(TreeSet::new)));
    }
    return items;
  }

  /** By first appearance among the users' events. */
  private static List<String> itemsSeenBy(Interactions interactions, Set<String> users) {
    var seen = new LinkedHashSet<String>();
    for (int event = 0; event < interactions.size(); event++) {
      if (users.contains(user(interactions, event))) {
        seen.add(item(interactions, event));
      }
    }
    return List.copyOf(seen);
  }

  @SafeVarargs
  private static Set<String> disjointUnion(Set<String>... sets) {
    var union = new TreeSet<String>();
    for (Set<String> set : sets) {
      for (String element : set) {
        assertTrue(union.add(element), element + " is in two parts");
      }
    }
    return union;
  }

  private static LongSummaryStatistics times(
      Interactions interactions, String user, Set<String> items) {
    return IntStream.range(0, interactions.size())
        .filter(event -> user(interactions, event).equals(user))
        .filter(event -> items.contains(item(interactions, event)))
        .mapToLong(event -> interactions.times()[event])
        .summaryStatistics();
  }

  private static String user(Interactions interactions, int event) {
    return interactions.userIds().get(interactions.users()[event]);
  }

  private static String item(Interactions interactions, int event) {
    return interactions.itemIds().get(interactions.items()[event]);
  }

  private static void assertMessage(String part, Split split, Interactions interactions) {
    var error = assertThrows(ElboException.class, () -> prepare(split, interactions));
    assertTrue(error.getMessage().contains(part), error.getMessage());
  }
}
