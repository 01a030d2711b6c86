package dev.elbo.eval;

import dev.elbo.ElboException;
import java.util.List;

/** What a model is judged by: a metric of rankings, or of predicted ratings. */
public sealed interface Measure permits Metric, RatingMetric {

  /** The name, such as {@code ndcg@100} or {@code rmse}. */
  String name();

  /**
   * The measure of a name.
   *
   * @param text a name, such as {@code ndcg@100} or {@code rmse}
   * @throws ElboException if none has the name
   */
  static Measure parse(String text) {
    List<RatingMetric> ofRatings = RatingMetric.all();
    return ofRatings.stream()
        .filter(metric -> metric.name().equals(text))
        .map(Measure.class::cast)
        .findFirst()
        .orElseGet(() -> Metric.parse(text));
  }
}
