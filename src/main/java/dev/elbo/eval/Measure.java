package dev.elbo.eval;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.elbo.DidYouMean;
import dev.elbo.ElboException;
import java.util.List;
import java.util.stream.Stream;

/** What a model is judged by: a metric of rankings, or of predicted ratings. */
public sealed interface Measure permits Metric, RatingMetric {

  /** What a ranking is measured by unless something else is asked for; the first decides. */
  String DEFAULTS = "ndcg@100,recall@20,recall@50";

  /** The same of predicted ratings. */
  String DEFAULTS_OF_RATINGS = "rmse,mae";

  /** The name, such as {@code ndcg@100} or {@code rmse}. */
  @JsonValue
  String name();

  /**
   * What is measured unless something else is asked for; the first decides.
   *
   * @param predictsRatings whether the model predicts ratings
   */
  static List<Measure> defaults(boolean predictsRatings) {
    String names = predictsRatings ? DEFAULTS_OF_RATINGS : DEFAULTS;
    return Stream.of(names.split(",", -1)).map(Measure::parse).toList();
  }

  /**
   * The measure of a name.
   *
   * @param text a name, such as {@code ndcg@100} or {@code rmse}, in upper or lower case
   * @throws ElboException if none has the name
   */
  @JsonCreator
  static Measure parse(String text) {
    List<RatingMetric> ofRatings = RatingMetric.all();
    return ofRatings.stream()
        .filter(metric -> metric.name().equalsIgnoreCase(text))
        .map(Measure.class::cast)
        .findFirst()
        .orElseGet(
            () -> {
              if (!text.contains("@")) {
                requireUnlike(text, ofRatings.stream().map(RatingMetric::name).toList());
              }
              return Metric.parse(text);
            });
  }

  private static void requireUnlike(String text, List<String> names) {
    DidYouMean.closest(text, names)
        .ifPresent(
            name -> {
              throw new ElboException(
                  "unknown metric \"%s\" (did you mean %s?)".formatted(text, name));
            });
  }

  /**
   * Metrics of one kind.
   *
   * @param kind {@link Metric} for a model that ranks, {@link RatingMetric} for one that predicts
   *     ratings
   * @throws ElboException if one is of the other kind
   */
  static <M extends Measure> List<M> require(Class<M> kind, List<? extends Measure> metrics) {
    for (Measure metric : metrics) {
      if (!kind.isInstance(metric)) {
        throw new ElboException(
            kind == RatingMetric.class
                ? "%s is of rankings, and the model predicts ratings: choose from %s"
                    .formatted(metric.name(), RatingMetric.names())
                : "%s is of predicted ratings, and the model ranks: choose one such as ndcg@100"
                    .formatted(metric.name()));
      }
    }
    return metrics.stream().map(kind::cast).toList();
  }
}
