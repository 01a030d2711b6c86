package dev.elbo.data.split;

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
import it.unimi.dsi.fastutil.floats.FloatArrayList;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntArrays;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Interactions being divided: which users become the rows of each part, and whether each event is
 * seen by the model or held out. Events on items that no training user has are dropped in the end,
 * unless they have ratings: a model that predicts these has an answer for such items, too.
 */
public final class Partition {

  /** Of fewer items nothing is held out, as in the authors' code. */
  private static final int MIN_ITEMS_TO_HOLD_OUT = 5;

  private static final String OF_UNTRAINED_ITEMS = "the split: no training event is on the item";

  /** What an event is for. */
  private enum Use {
    /** Training, or the fold-in of a held-out user. */
    SEEN,
    HELD_OUT_FOR_VALIDATION,
    HELD_OUT_FOR_TEST
  }

  /** Chooses what is held out of a user's events. */
  @FunctionalInterface
  private interface HoldOut {
    /**
     * Called for the users by ascending id.
     *
     * @param events the user's events on training items, in the order of the file. Not modified.
     * @return those to hold out
     */
    int[] choose(int[] events);
  }

  private final Filtered filtered;
  private final Interactions interactions;
  private final Use[] uses;
  private final int[] trainUsers;
  private final int[] validationUsers;
  private final int[] testUsers;

  /** Events in the order of time; empty where it does not count. */
  private int[] byTime = {};

  /**
   * Column of each item, by first appearance in a training event; -1 if there is none, or with
   * ratings a column after these.
   */
  private final int[] columns;

  private final List<String> itemIds = new ArrayList<>();

  private Partition(
      Filtered filtered, Use[] uses, int[] trainUsers, int[] validationUsers, int[] testUsers) {
    this.filtered = filtered;
    interactions = filtered.interactions();
    this.uses = uses;
    this.trainUsers = trainUsers;
    this.validationUsers = validationUsers;
    this.testUsers = testUsers;

    columns = new int[interactions.itemIds().size()];
    Arrays.fill(columns, -1);
    int[] rows = rows(trainUsers);
    for (int event = 0; event < interactions.size(); event++) {
      int item = interactions.items()[event];
      if (uses[event] == Use.SEEN && rows[interactions.users()[event]] >= 0) {
        addColumn(item);
      }
    }
    if (interactions.hasRatings()) {
      IntStream.range(0, columns.length).forEach(this::addColumn);
    }
  }

  private void addColumn(int item) {
    if (columns[item] < 0) {
      columns[item] = itemIds.size();
      itemIds.add(interactions.itemIds().get(item));
    }
  }

  /**
   * Divides interactions. Ratings, where there are any, are kept: the data is then for models that
   * predict them.
   *
   * @param filtered what is left after the filter. Not modified.
   * @param split how to divide them
   * @param source the file they were read from, for the description
   * @throws ElboException if they cannot be divided so
   */
  public static PreparedData divide(Filtered filtered, Split split, DataDescription.Source source) {
    return of(filtered, split).prepare(source, split);
  }

  /**
   * Divides events that were collected in memory.
   *
   * @param events one for each user and item. Not modified.
   * @param filter which of them to keep
   * @param split how to divide them
   * @throws ElboException if none is kept, or they cannot be divided so
   */
  public static PreparedData divide(Interactions events, Filter filter, Split split) {
    return divide(filter.apply(events), split, DataDescription.Source.ofMemory(events));
  }

  /**
   * The same events in a random order. What is held out of a user is drawn by the order of events,
   * and those of one time are sorted by it, so that this shows how much of a figure is owed to it.
   *
   * @param events in the order of the file. Not modified.
   * @param seed from 0 to 2^32 - 1
   */
  public static Interactions shuffled(Interactions events, long seed) {
    return events.inOrder(shuffledOrder(events.size(), seed));
  }

  /** The numbers of events in the order that {@link #shuffled} gives them. */
  public static int[] shuffledOrder(int events, long seed) {
    return new LegacyRandom(seed).permutation(events);
  }

  private static Partition of(Filtered filtered, Split split) {
    return switch (split) {
      case Split.Strong(HeldOutUsers heldOutUsers, double holdout, long seed) ->
          byUser(filtered, heldOutUsers, seed, () -> drawn(holdout, seed));
      case Split.Weak(double holdout, Double validation, long seed) ->
          byRecord(filtered, validation, holdout, seed);
      case Split.Temporal(HeldOutUsers heldOutUsers, double holdout, long seed) -> {
        if (!filtered.interactions().hasTimes()) {
          throw new ElboException(
              "a temporal split needs ratings with times, and there are none: choose a strong or a"
                  + " weak one");
        }
        long[] times = filtered.interactions().times();
        yield byUser(filtered, heldOutUsers, seed, () -> latest(holdout, times)).inOrderOfTime();
      }
      case Split.None() -> {
        Partition whole = whole(filtered);
        yield filtered.interactions().hasTimes() ? whole.inOrderOfTime() : whole;
      }
    };
  }

  private static HoldOut drawn(double holdout, long seed) {
    var random = new LegacyRandom(seed);
    return events -> {
      int[] chosen = random.choice(events.length, (int) (holdout * events.length));
      return Arrays.stream(chosen).map(n -> events[n]).toArray();
    };
  }

  private static HoldOut latest(double holdout, long[] times) {
    return events -> {
      int heldOut = (int) (holdout * events.length);
      int[] byTime = events.clone();
      IntArrays.mergeSort(byTime, (a, b) -> Long.compare(times[a], times[b]));
      return Arrays.copyOfRange(byTime, events.length - heldOut, events.length);
    };
  }

  /**
   * Holds out users. Rows are in the order of the authors' {@code profile2id}: all users permuted,
   * training users first, then validation, then test.
   *
   * @param holdOut gives, for validation and again for test, what chooses the held-out events
   */
  private static Partition byUser(
      Filtered filtered, HeldOutUsers heldOutUsers, long seed, Supplier<HoldOut> holdOut) {
    Interactions interactions = filtered.interactions();
    int[] ascending = interactions.usersById();
    int[] ranks = new LegacyRandom(seed).permutation(ascending.length);
    int heldOut = heldOutUsers.of(ascending.length);
    int firstTest = ranks.length - heldOut;
    int firstValidation = firstTest - heldOut;
    int[] validationRanks = Arrays.copyOfRange(ranks, firstValidation, firstTest);
    int[] testRanks = Arrays.copyOfRange(ranks, firstTest, ranks.length);

    Use[] uses = new Use[interactions.size()];
    Arrays.fill(uses, Use.SEEN);
    var partition =
        new Partition(
            filtered,
            uses,
            select(ascending, Arrays.copyOf(ranks, firstValidation)),
            select(ascending, validationRanks),
            select(ascending, testRanks));
    Arrays.sort(validationRanks);
    Arrays.sort(testRanks);
    partition.holdOut(
        select(ascending, validationRanks), holdOut.get(), Use.HELD_OUT_FOR_VALIDATION);
    partition.holdOut(select(ascending, testRanks), holdOut.get(), Use.HELD_OUT_FOR_TEST);
    return partition;
  }

  /** Holds out records. All users are in every part, by ascending id. */
  private static Partition byRecord(
      Filtered filtered, double validation, double holdout, long seed) {
    Interactions interactions = filtered.interactions();
    int[] order = new LegacyRandom(seed).permutation(interactions.size());
    int firstTest = order.length - (int) (holdout * order.length);
    int firstValidation = firstTest - (int) (validation * order.length);
    Use[] uses = new Use[order.length];
    for (int n = 0; n < order.length; n++) {
      uses[order[n]] =
          n < firstValidation
              ? Use.SEEN
              : n < firstTest ? Use.HELD_OUT_FOR_VALIDATION : Use.HELD_OUT_FOR_TEST;
    }
    int[] users = interactions.usersById();
    return new Partition(filtered, uses, users, users, users);
  }

  /** Holds out nothing. All users are trained on, by ascending id. */
  private static Partition whole(Filtered filtered) {
    Use[] uses = new Use[filtered.interactions().size()];
    Arrays.fill(uses, Use.SEEN);
    int[] nobody = {};
    return new Partition(filtered, uses, filtered.interactions().usersById(), nobody, nobody);
  }

  /** Has the data keep the order of time, ties in the order of the file. */
  private Partition inOrderOfTime() {
    byTime = interactions.byTime();
    return this;
  }

  /** Builds the data, and describes it. */
  private PreparedData prepare(DataDescription.Source source, Split split) {
    CsrMatrix train = matrix(trainUsers, Use.SEEN);
    EvaluationUsers validation =
        evaluationUsers("validation", validationUsers, Use.HELD_OUT_FOR_VALIDATION);
    EvaluationUsers test = evaluationUsers("test", testUsers, Use.HELD_OUT_FOR_TEST);
    var description =
        new DataDescription(
            source,
            filtered.filter(),
            split,
            filtered.dropped(),
            DataDescription.Counts.of(
                interactions.userIds().size(), interactions.itemIds().size(), interactions.size()),
            interactions.sha256(),
            dropped(),
            DataDescription.Counts.of(train.rows(), train.columns(), train.size()),
            DataDescription.EvaluationCounts.of(validation),
            DataDescription.EvaluationCounts.of(test));
    return new PreparedData(train, ids(trainUsers), itemIds, validation, test, description);
  }

  private List<Dropped> dropped() {
    long events = Arrays.stream(interactions.items()).filter(item -> columns[item] < 0).count();
    int items = columns.length - itemIds.size();
    return events == 0
        ? List.of()
        : List.of(new Dropped(OF_UNTRAINED_ITEMS, /* users= */ 0, items, events));
  }

  private EvaluationUsers evaluationUsers(String name, int[] users, Use heldOutUse) {
    CsrMatrix foldIn = matrix(users, Use.SEEN);
    CsrMatrix heldOut = matrix(users, heldOutUse);
    if (users.length > 0 && heldOut.size() == 0) {
      throw new ElboException(
          ("nothing is held out for %s: its %d users have %d events on training items; use more"
                  + " data, or hold out more")
              .formatted(name, users.length, foldIn.size()));
    }
    return new EvaluationUsers(ids(users), foldIn, heldOut);
  }

  private void holdOut(int[] users, HoldOut holdOut, Use use) {
    int[] rows = rows(users);
    var eventsOfRow = new IntArrayList[users.length];
    Arrays.setAll(eventsOfRow, _ -> new IntArrayList());
    for (int event = 0; event < interactions.size(); event++) {
      int row = rows[interactions.users()[event]];
      if (row >= 0 && columns[interactions.items()[event]] >= 0) {
        eventsOfRow[row].add(event);
      }
    }
    for (IntArrayList events : eventsOfRow) {
      if (events.size() >= MIN_ITEMS_TO_HOLD_OUT) {
        for (int event : holdOut.choose(events.toIntArray())) {
          uses[event] = use;
        }
      }
    }
  }

  /** The events of some users that are for one use, with their ratings, {@code [users, I]}. */
  private CsrMatrix matrix(int[] users, Use use) {
    int[] rows = rows(users);
    var rowOfEvent = new IntArrayList();
    var columnOfEvent = new IntArrayList();
    var ratingOfEvent = new FloatArrayList();
    for (int n = 0; n < interactions.size(); n++) {
      int event = byTime.length > 0 ? byTime[n] : n;
      int row = rows[interactions.users()[event]];
      int column = columns[interactions.items()[event]];
      if (uses[event] == use && row >= 0 && column >= 0) {
        rowOfEvent.add(row);
        columnOfEvent.add(column);
        if (interactions.hasRatings()) {
          ratingOfEvent.add(interactions.ratings()[event]);
        }
      }
    }
    int[] row = rowOfEvent.toIntArray();
    int[] column = columnOfEvent.toIntArray();
    CsrMatrix matrix =
        CsrMatrix.of(users.length, itemIds.size(), row, column, ratingOfEvent.toFloatArray());
    return byTime.length > 0 ? matrix.inOrder(row, column) : matrix;
  }

  /** Row of each user among the given ones; -1 for the others. */
  private int[] rows(int[] users) {
    int[] rows = new int[interactions.userIds().size()];
    Arrays.fill(rows, -1);
    for (int row = 0; row < users.length; row++) {
      rows[users[row]] = row;
    }
    return rows;
  }

  private List<String> ids(int[] users) {
    return Arrays.stream(users).mapToObj(interactions.userIds()::get).toList();
  }

  private static int[] select(int[] values, int[] positions) {
    return Arrays.stream(positions).map(position -> values[position]).toArray();
  }
}
