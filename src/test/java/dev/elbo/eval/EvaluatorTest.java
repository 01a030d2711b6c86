package dev.elbo.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.data.EvaluationUsers;
import dev.elbo.engine.Scorer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluatorTest {

  /** Every metric at a cutoff within the lists, and at one beyond the catalogue. */
  private static final List<Metric> METRICS =
      Stream.of(1, 3, 5, 50).flatMap(k -> Metric.all(k).stream()).toList();

  /**
   * Five items, three users. Ann has seen item 0, and is to find 1 and 4; Bob has seen nothing, and
   * is to find 2; Cid has nothing to find. Of four training users 4, 2, 1, 1, 0 have the items.
   */
  private static final EvaluationUsers THREE_USERS =
      new EvaluationUsers(
          List.of("ann", "bob", "cid"),
          new CsrMatrix(5, new int[] {0, 1, 1, 2}, new int[] {0, 3}),
          new CsrMatrix(5, new int[] {0, 2, 3, 3}, new int[] {1, 4, 2}));

  private static final CsrMatrix FOUR_TRAINING_USERS =
      new CsrMatrix(5, new int[] {0, 1, 2, 5, 8}, new int[] {0, 0, 0, 1, 2, 0, 1, 3});

  /** Ann is recommended 2, 1, 3 (a tie of all but item 2), Bob 4, 0, 1 (a tie of 0, 1 and 2). */
  private static final float[][] THREE_USERS_SCORES = {
    {9, 0, 1, 0, 0}, {2, 2, 2, 1, 3}, {0, 0, 0, 0, 0}
  };

  private static Evaluation evaluateThreeUsers() {
    var metrics =
        List.of(
            new Ndcg(3),
            new Recall(1),
            new Novelty(3),
            new Coverage(3),
            new Gini(3),
            new Recall(3));
    return new Evaluator(THREE_USERS, metrics, FOUR_TRAINING_USERS, 2)
        .evaluate(new FixedScores(THREE_USERS_SCORES));
  }

  @Test
  void knownAnswers() {
    var evaluation = evaluateThreeUsers();

    assertEquals(2, evaluation.users());
    assertEquals(List.of("ann", "bob"), evaluation.userIds());
    assertArrayEquals(new int[] {2, 1}, evaluation.heldOut());
    assertEquals(1, evaluation.usersWithoutHeldOut());

    // Ann's one hit, item 1, is second: (1/log2(3)) / (1/log2(2) + 1/log2(3)). Bob has none: item
    // 2 loses the tie to the lower items.
    double ann = 0.63092975 / 1.63092975;
    assertArrayEquals(new double[] {ann, 0}, evaluation.perUser().get(new Ndcg(3)), 1e-8, "ndcg@3");
    var ndcg = evaluation.metrics().get(new Ndcg(3));
    assertEquals(ann / 2, ndcg.mean(), 1e-8);
    // Both deviate by ann / 2 from the mean, so their standard deviation is ann / 2.
    assertEquals(ann / 2 / Math.sqrt(2), ndcg.standardError(), 1e-8);

    assertArrayEquals(new double[] {0, 0}, evaluation.perUser().get(new Recall(1)));
    assertArrayEquals(new double[] {0.5, 0}, evaluation.perUser().get(new Recall(3)));
    // Ann: items 2, 1, 3 are log2(4/1), log2(4/2), log2(4/1) bits. Bob: items 4 (nobody's, so as if
    // one had it), 0, 1 are 2, 0, 1 bits.
    assertArrayEquals(
        new double[] {5.0 / 3, 3.0 / 3}, evaluation.perUser().get(new Novelty(3)), 1e-15);

    // Recommended 1, 2, 1, 1, 1 times; ascending 1, 1, 1, 1, 2: (-4 -2 +0 +2 + 4*2) / (5 * 6).
    assertEquals(new Estimate(1, null), evaluation.metrics().get(new Coverage(3)));
    assertEquals(new Estimate(4.0 / 30, null), evaluation.metrics().get(new Gini(3)));
  }

  @Test
  void metricsKeepTheirOrder() {
    assertEquals(
        List.of("ndcg@3", "recall@1", "novelty@3", "coverage@3", "gini@3", "recall@3"),
        evaluateThreeUsers().metrics().keySet().stream().map(Metric::name).toList());
  }

  @Test
  void writesALinePerUser(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("per-user.csv");
    evaluateThreeUsers().writePerUser(file);

    List<String> lines = Files.readAllLines(file);
    assertEquals("user,heldOut,ndcg@3,recall@1,novelty@3,recall@3", lines.get(0));
    assertEquals("bob,1,0.0,0.0,1.0,0.0", lines.get(2));
    assertEquals(3, lines.size());

    Path nowhere = folder.resolve("missing/per-user.csv");
    var error = assertThrows(ElboException.class, () -> evaluateThreeUsers().writePerUser(nowhere));
    assertEquals(nowhere, error.file().orElseThrow());
  }

  @Test
  void refusesToAverageOverNobody() {
    var nothingHeldOut =
        new EvaluationUsers(
            List.of("ann"),
            new CsrMatrix(5, new int[] {0, 1}, new int[] {0}),
            new CsrMatrix(5, new int[] {0, 0}, new int[] {}));
    assertThrows(
        ElboException.class, () -> new Evaluator(nothingHeldOut, METRICS, FOUR_TRAINING_USERS, 2));
  }

  @Test
  void refusesWhatDoesNotFit() {
    var otherItems = new CsrMatrix(4, new int[] {0}, new int[] {});
    assertThrows(
        IllegalArgumentException.class, () -> new Evaluator(THREE_USERS, METRICS, otherItems, 2));
    for (List<Metric> metrics : List.<List<Metric>>of(List.of(), List.of(new Ndcg(0)))) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new Evaluator(THREE_USERS, metrics, FOUR_TRAINING_USERS, 2));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> new Evaluator(THREE_USERS, METRICS, FOUR_TRAINING_USERS, 0));
  }

  @Property(seed = "1", tries = 200)
  void equalsSortingEverything(
      @ForAll Random random, @ForAll @IntRange(min = 1, max = 12) int batchSize) {
    var data = RandomData.draw(random);
    var evaluation = data.evaluate(batchSize, new FixedScores(data.scores));
    for (Metric metric : METRICS) {
      double[] expected = naive(metric, data);
      if (metric instanceof UserMetric m) {
        assertArrayEquals(expected, evaluation.perUser().get(m), 1e-12, metric.name());
      }
      assertEquals(
          Arrays.stream(expected).average().orElseThrow(),
          evaluation.metrics().get(metric).mean(),
          1e-12,
          metric::name);
    }
  }

  /** What the definitions say, word by word; a catalogue metric gives one value. */
  private static double[] naive(Metric metric, RandomData data) {
    var judged = data.users(user -> !data.heldOut(user).isEmpty());
    if (metric instanceof CatalogueMetric) {
      var recommended = judged.stream().flatMap(user -> data.best(user, metric.k()).stream());
      List<Integer> all = recommended.toList();
      int[] times =
          IntStream.range(0, data.items).map(item -> Collections.frequency(all, item)).toArray();
      double differences =
          Arrays.stream(times).flatMap(a -> Arrays.stream(times).map(b -> Math.abs(a - b))).sum();
      double value =
          switch (metric) {
            case Coverage _ -> all.stream().distinct().count() / (double) data.items;
            default -> all.isEmpty() ? 0 : differences / (2.0 * data.items * all.size());
          };
      return new double[] {value};
    }
    return judged.stream().mapToDouble(user -> naive(metric, user, data)).toArray();
  }

  private static double naive(Metric metric, int user, RandomData data) {
    int k = metric.k();
    List<Integer> list = data.best(user, k);
    List<Integer> relevant = data.heldOut(user);
    List<Integer> hits = list.stream().filter(relevant::contains).toList();
    double most = Math.min(k, relevant.size());
    return switch (metric) {
      case Recall _ -> hits.size() / most;
      case PlainRecall _ -> (double) hits.size() / relevant.size();
      case Precision _ -> (double) hits.size() / k;
      case HitRate _ -> hits.isEmpty() ? 0 : 1;
      case ReciprocalRank _ -> hits.isEmpty() ? 0 : 1.0 / (list.indexOf(hits.getFirst()) + 1);
      case AveragePrecision _ ->
          hits.stream()
                  .mapToDouble(hit -> (hits.indexOf(hit) + 1.0) / (list.indexOf(hit) + 1))
                  .sum()
              / most;
      case Ndcg _ ->
          hits.stream().mapToDouble(hit -> 1 / log2(list.indexOf(hit) + 2)).sum()
              / IntStream.range(0, (int) most).mapToDouble(index -> 1 / log2(index + 2)).sum();
      case Novelty _ ->
          list.stream()
              .mapToDouble(item -> log2(data.trainingUsers) - log2(Math.max(1, data.owners(item))))
              .average()
              .orElse(0);
      case CatalogueMetric _ -> throw new AssertionError("not a metric per user");
    };
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }

  @Property(seed = "1", tries = 50)
  void isTheSameToTheBitWhateverTheThreadsAndTheBatches(
      @ForAll Random random, @ForAll @IntRange(min = 1, max = 12) int batchSize) {
    var data = RandomData.draw(random);
    assertSame(
        data.evaluate(data.users.size(), new FixedScores(data.scores)),
        data.evaluate(batchSize, new ThreadedScores(data.scores, random)));
  }

  /** Only the order of the scores counts. */
  @Property(seed = "1", tries = 50)
  void isTheSameForStrictlyMonotoneTransformsOfTheScores(@ForAll Random random) {
    var data = RandomData.draw(random);
    float[][] transformed = new float[data.scores.length][data.items];
    for (int user = 0; user < transformed.length; user++) {
      for (int item = 0; item < data.items; item++) {
        transformed[user][item] = (float) Math.exp(data.scores[user][item] / 2 + 1);
      }
    }
    assertSame(
        data.evaluate(4, new FixedScores(data.scores)),
        data.evaluate(4, new FixedScores(transformed)));
  }

  @Property(seed = "1", tries = 50)
  void permutingTheUsersPermutesTheirValuesAndKeepsTheMeans(@ForAll Random random) {
    var data = RandomData.draw(random);
    var order = new ArrayList<>(data.users(_ -> true));
    Collections.shuffle(order, random);
    var permuted = data.permuted(order);

    var before = data.evaluate(4, new FixedScores(data.scores));
    var after = permuted.evaluate(4, new FixedScores(permuted.scores));
    for (Metric metric : METRICS) {
      var expected = before.metrics().get(metric);
      var found = after.metrics().get(metric);
      assertEquals(expected.mean(), found.mean(), 1e-12, metric::name);
      if (metric instanceof UserMetric) {
        assertEquals(expected.standardError(), found.standardError(), 1e-12);
      } else {
        assertNull(found.standardError());
      }
      if (metric instanceof UserMetric m) {
        for (int user = 0; user < after.users(); user++) {
          int was = before.userIds().indexOf(after.userIds().get(user));
          assertEquals(before.perUser().get(m)[was], after.perUser().get(m)[user], metric::name);
        }
      }
    }
  }

  @Property(seed = "1", tries = 50)
  void plainRecallGrowsWithTheCutoff(@ForAll Random random) {
    var data = RandomData.draw(random);
    var recalls = IntStream.rangeClosed(1, data.items).mapToObj(PlainRecall::new).toList();
    var evaluation =
        new Evaluator(data.users, recalls, data.training, 4).evaluate(new FixedScores(data.scores));
    for (int k = 2; k <= data.items; k++) {
      double[] shorter = evaluation.perUser().get(new PlainRecall(k - 1));
      double[] longer = evaluation.perUser().get(new PlainRecall(k));
      for (int user = 0; user < shorter.length; user++) {
        assertTrue(shorter[user] <= longer[user]);
      }
    }
    // At the end everything that is not in the fold-in is recommended, held-out items among it.
    assertEquals(1, evaluation.metrics().get(new PlainRecall(data.items)).mean());
  }

  @Property(seed = "1", tries = 50)
  void countsUsersWithNothingToFind(@ForAll Random random) {
    var data = RandomData.draw(random);
    var evaluation = data.evaluate(4, new FixedScores(data.scores));
    assertEquals(
        data.users(user -> data.heldOut(user).isEmpty()).size(), evaluation.usersWithoutHeldOut());
    assertEquals(data.users.size(), evaluation.users() + evaluation.usersWithoutHeldOut());
  }

  private static void assertSame(Evaluation expected, Evaluation found) {
    assertEquals(expected.metrics(), found.metrics());
    assertEquals(expected.userIds(), found.userIds());
    expected
        .perUser()
        .forEach(
            (metric, values) ->
                assertArrayEquals(values, found.perUser().get(metric), metric.name()));
  }

  /** Small random data: scores are small integers, so there are many ties. */
  private record RandomData(
      int items, int trainingUsers, CsrMatrix training, EvaluationUsers users, float[][] scores) {

    static RandomData draw(Random random) {
      int items = 1 + random.nextInt(15);
      int users = 1 + random.nextInt(12);
      int trainingUsers = 1 + random.nextInt(10);
      float[][] scores = new float[users][items];
      var foldIn = new ArrayList<List<Integer>>();
      var heldOut = new ArrayList<List<Integer>>();
      for (int user = 0; user < users; user++) {
        foldIn.add(new ArrayList<>());
        heldOut.add(new ArrayList<>());
        for (int item = 0; item < items; item++) {
          scores[user][item] = random.nextInt(4);
          switch (random.nextInt(5)) {
            case 0, 1 -> foldIn.getLast().add(item);
            case 2 -> heldOut.getLast().add(item);
            default -> {}
          }
        }
      }
      // Somebody has something to find.
      foldIn.getFirst().remove((Integer) 0);
      heldOut.set(0, List.of(0));
      var training = new ArrayList<List<Integer>>();
      for (int user = 0; user < trainingUsers; user++) {
        training.add(IntStream.range(0, items).filter(_ -> random.nextBoolean()).boxed().toList());
      }
      var ids = IntStream.range(0, users).mapToObj(user -> "u" + user).toList();
      return new RandomData(
          items,
          trainingUsers,
          csr(items, training),
          new EvaluationUsers(ids, csr(items, foldIn), csr(items, heldOut)),
          scores);
    }

    private static CsrMatrix csr(int columns, List<List<Integer>> rows) {
      int[] indptr = new int[rows.size() + 1];
      for (int row = 0; row < rows.size(); row++) {
        indptr[row + 1] = indptr[row] + rows.get(row).size();
      }
      return new CsrMatrix(
          columns, indptr, rows.stream().flatMap(List::stream).mapToInt(item -> item).toArray());
    }

    RandomData permuted(List<Integer> order) {
      int[] rows = order.stream().mapToInt(row -> row).toArray();
      var permuted =
          new EvaluationUsers(
              order.stream().map(users.userIds()::get).toList(),
              users.foldIn().select(rows),
              users.heldOut().select(rows));
      var scoresInOrder = order.stream().map(row -> scores[row]).toArray(float[][]::new);
      return new RandomData(items, trainingUsers, training, permuted, scoresInOrder);
    }

    Evaluation evaluate(int batchSize, Scorer scorer) {
      return new Evaluator(users, METRICS, training, batchSize).evaluate(scorer);
    }

    List<Integer> users(IntPredicate which) {
      return IntStream.range(0, users.size()).filter(which).boxed().toList();
    }

    List<Integer> heldOut(int user) {
      return Arrays.stream(users.heldOut().row(user)).boxed().toList();
    }

    int owners(int item) {
      return (int) Arrays.stream(training.indices()).filter(owned -> owned == item).count();
    }

    /**
     * Sorts all items that are not in the fold-in; the sort is stable, so ties keep their order.
     */
    List<Integer> best(int user, int k) {
      var seen = Arrays.stream(users.foldIn().row(user)).boxed().toList();
      return IntStream.range(0, items)
          .boxed()
          .filter(item -> !seen.contains(item))
          .sorted(Comparator.comparing(item -> -scores[user][item]))
          .limit(k)
          .toList();
    }
  }

  /** Gives each user fixed scores, by their row in the whole matrix, all in the same array. */
  private record FixedScores(float[][] scores) implements Scorer {
    @Override
    public void scores(Batch batch, Sink sink) {
      float[] reused = new float[batch.items().columns()];
      for (int position = 0; position < batch.size(); position++) {
        int user = batch.users()[position];
        System.arraycopy(scores[user], 0, reused, 0, reused.length);
        sink.accept(position, reused);
      }
    }
  }

  /** The same scores, in random order from several threads. */
  private record ThreadedScores(float[][] scores, Random random) implements Scorer {
    @Override
    public void scores(Batch batch, Sink sink) {
      var positions = new ArrayList<>(IntStream.range(0, batch.size()).boxed().toList());
      Collections.shuffle(positions, random);
      positions.parallelStream()
          .forEach(position -> sink.accept(position, scores[batch.users()[position]].clone()));
    }
  }
}
