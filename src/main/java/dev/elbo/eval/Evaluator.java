package dev.elbo.eval;

import dev.elbo.ElboException;
import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.data.EvaluationUsers;
import dev.elbo.engine.Scorer;
import dev.elbo.engine.TopN;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/**
 * Measures a scorer: scores each user's fold-in items, recommends the best items outside of them,
 * and compares these with the held-out ones. A scorer may ask that fold-in items be ranked, too.
 * Users with no held-out item are left out of every metric. The result is the same to the bit
 * whatever the scorer's threads and the batch size, as long as the scores are. Evaluations may run
 * at a time, also of the same scorer.
 */
public final class Evaluator {
  private final EvaluationUsers users;
  private final List<Metric> metrics;
  private final int[] popularity;
  private final int trainingUsers;
  private final int batchSize;

  /** Rows of the users who have a held-out item. */
  private final int[] judged;

  /**
   * An evaluator for some users.
   *
   * @param users whom to evaluate on
   * @param metrics what to measure, at least one
   * @param training what the training users have, {@code [users, I]}: the items' popularity
   * @param batchSize number of users to score at a time, {@code B}: bounds the memory of the scores
   * @throws ElboException if no user has a held-out item
   * @throws IllegalArgumentException if the numbers of items differ, there is no metric, or a
   *     cutoff or the batch size is below 1
   */
  public Evaluator(
      EvaluationUsers users, List<? extends Metric> metrics, CsrMatrix training, int batchSize) {
    if (training.columns() != users.foldIn().columns()) {
      throw new IllegalArgumentException(
          "%d items in training, but %d in evaluation"
              .formatted(training.columns(), users.foldIn().columns()));
    }
    if (metrics.isEmpty() || metrics.stream().anyMatch(metric -> metric.k() < 1)) {
      throw new IllegalArgumentException("expected metrics with cutoffs from 1, not " + metrics);
    }
    if (batchSize < 1) {
      throw new IllegalArgumentException("a batch of " + batchSize + " users");
    }
    this.users = users;
    this.metrics = List.copyOf(metrics);
    this.popularity = training.columnCounts();
    this.trainingUsers = training.rows();
    this.batchSize = Math.min(batchSize, users.size());
    this.judged =
        IntStream.range(0, users.size()).filter(row -> users.heldOut().size(row) > 0).toArray();
    if (judged.length == 0) {
      throw new ElboException(
          "nothing to evaluate: none of the %d users has a held-out item; hold out more"
              .formatted(users.size()));
    }
  }

  /**
   * Measures one scorer.
   *
   * @param scorer what to measure
   */
  public Evaluation evaluate(Scorer scorer) {
    var perUser = new LinkedHashMap<UserMetric, double[]>();
    var perItem = new LinkedHashMap<CatalogueMetric, int[]>();
    for (Metric metric : metrics) {
      switch (metric) {
        case UserMetric m -> perUser.put(m, new double[judged.length]);
        case CatalogueMetric m -> perItem.put(m, new int[popularity.length]);
      }
    }
    for (int from = 0; from < judged.length; from += batchSize) {
      for (int[] items : recommend(scorer, from, perUser)) {
        perItem.forEach((metric, times) -> count(first(metric.k(), items), times));
      }
    }
    return new Evaluation(
        IntStream.of(judged).mapToObj(users.userIds()::get).toList(),
        IntStream.of(judged).map(users.heldOut()::size).toArray(),
        users.size() - judged.length,
        estimates(perUser, perItem),
        perUser);
  }

  /**
   * The recommendations for one batch of users, best first, {@code [B][<= largest k]}.
   *
   * @param perUser receives what each metric is for these users
   */
  private int[][] recommend(Scorer scorer, int from, Map<UserMetric, double[]> perUser) {
    int to = Math.min(from + batchSize, judged.length);
    int k = metrics.stream().mapToInt(Metric::k).max().getAsInt();
    var batch = Batch.of(users.foldIn(), Arrays.copyOfRange(judged, from, to));
    int[][] recommended = new int[batch.size()][];
    scorer.scores(
        batch,
        (position, scores) -> {
          int[] items = TopN.of(scores, k, scorer.leftOut(batch.items(), position));
          int user = from + position;
          JudgedList list = judged(items, users.heldOut().row(judged[user]));
          perUser.forEach((metric, values) -> values[user] = value(metric, items, list));
          recommended[position] = items;
        });
    return recommended;
  }

  /** The recommendations beside what is held out, which ascends. */
  private static JudgedList judged(int[] items, int[] heldOut) {
    int[] hitRanks =
        IntStream.rangeClosed(1, items.length)
            .filter(rank -> Arrays.binarySearch(heldOut, items[rank - 1]) >= 0)
            .toArray();
    return JudgedList.of(hitRanks, heldOut.length, items.length);
  }

  private double value(UserMetric metric, int[] items, JudgedList list) {
    return switch (metric) {
      case AccuracyMetric m -> m.of(list);
      case Novelty m -> m.of(first(m.k(), items), popularity, trainingUsers);
    };
  }

  private static int[] first(int k, int[] items) {
    return Arrays.copyOf(items, Math.min(k, items.length));
  }

  private static void count(int[] items, int[] times) {
    for (int item : items) {
      times[item]++;
    }
  }

  private SequencedMap<Metric, Estimate> estimates(
      SequencedMap<UserMetric, double[]> perUser, SequencedMap<CatalogueMetric, int[]> perItem) {
    var estimates = new LinkedHashMap<Metric, Estimate>();
    for (Metric metric : metrics) {
      estimates.put(
          metric,
          switch (metric) {
            case UserMetric m -> Estimate.of(perUser.get(m));
            case CatalogueMetric m -> new Estimate(m.of(perItem.get(m)), null);
          });
    }
    return estimates;
  }
}
