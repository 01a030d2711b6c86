package dev.elbo.eval;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * How near predicted ratings are.
 *
 * @param users number of users who have a held-out rating
 * @param heldOut number of held-out ratings
 * @param all number of ratings, those that the model is given included
 * @param metrics each metric's value, in the order they were asked for
 */
public record RatingEvaluation(
    int users, int heldOut, int all, SequencedMap<RatingMetric, Estimate> metrics) {

  /** Number of ratings that a metric is about. */
  public int ratings(RatingMetric metric) {
    return metric.reconstruction() ? all : heldOut;
  }

  /** Each metric's value by its name, in the order they were asked for. */
  public SequencedMap<String, Estimate> byName() {
    var byName = new LinkedHashMap<String, Estimate>();
    metrics.forEach((metric, estimate) -> byName.put(metric.name(), estimate));
    return byName;
  }
}
