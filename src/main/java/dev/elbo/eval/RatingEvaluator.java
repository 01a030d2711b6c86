package dev.elbo.eval;

import dev.elbo.ElboException;
import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.data.EvaluationUsers;
import dev.elbo.data.RatingScale;
import dev.elbo.engine.Scorer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Measures how well a scorer predicts ratings, such as one of {@link
 * dev.elbo.engine.PredictedRatings}. A prediction is brought within the scale.
 */
public final class RatingEvaluator {
  private final EvaluationUsers users;
  private final List<RatingMetric> metrics;
  private final RatingScale scale;
  private final int batchSize;

  /**
   * An evaluator for some users.
   *
   * @param users whom to evaluate on
   * @param metrics what to measure, at least one
   * @param scale the scale of ratings
   * @param batchSize number of users to score at a time, {@code B}: bounds the memory of the scores
   * @throws ElboException if nothing is held out
   * @throws IllegalArgumentException if there is no metric
   */
  public RatingEvaluator(
      EvaluationUsers users, List<RatingMetric> metrics, RatingScale scale, int batchSize) {
    if (metrics.isEmpty()) {
      throw new IllegalArgumentException("no metric");
    }
    if (!users.heldOut().hasValues()) {
      throw new ElboException("nothing to evaluate: no rating is held out; hold out more");
    }
    this.users = users;
    this.metrics = List.copyOf(metrics);
    this.scale = scale;
    this.batchSize = batchSize;
  }

  /**
   * Measures one scorer.
   *
   * @param scorer what to measure: its scores are ratings
   */
  public RatingEvaluation evaluate(Scorer scorer) {
    var estimates = new LinkedHashMap<RatingMetric, Estimate>();
    metrics.forEach(metric -> estimates.put(metric, null));
    for (boolean reconstruction : new boolean[] {false, true}) {
      List<RatingMetric> some =
          metrics.stream().filter(metric -> metric.reconstruction() == reconstruction).toList();
      if (!some.isEmpty()) {
        CsrMatrix all = reconstruction ? users.foldIn().union(users.heldOut()) : null;
        double[] errors =
            reconstruction
                ? errors(scorer, all, all)
                : errors(scorer, users.foldIn(), users.heldOut());
        some.forEach(metric -> estimates.put(metric, metric.error().of(errors)));
      }
    }
    CsrMatrix heldOut = users.heldOut();
    int judged =
        (int) IntStream.range(0, heldOut.rows()).filter(row -> heldOut.size(row) > 0).count();
    return new RatingEvaluation(
        judged, heldOut.size(), users.foldIn().size() + heldOut.size(), estimates);
  }

  /**
   * Predictions less ratings, {@code [N]}.
   *
   * @param given what the model sees of each user
   * @param asked what it is to predict
   */
  private double[] errors(Scorer scorer, CsrMatrix given, CsrMatrix asked) {
    double[] errors = new double[asked.size()];
    for (int from = 0; from < given.rows(); from += batchSize) {
      int first = from;
      Batch batch = Batch.range(given, first, Math.min(first + batchSize, given.rows()));
      scorer.scores(
          batch,
          (position, scores) -> {
            int user = first + position;
            for (int n = asked.indptr()[user]; n < asked.indptr()[user + 1]; n++) {
              int item = asked.indices()[n];
              double rating = scale.clip(Scorer.requireFinite(scores[item], item));
              errors[n] = rating - asked.values()[n];
            }
          });
    }
    return errors;
  }
}
