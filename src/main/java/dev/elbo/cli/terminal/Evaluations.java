package dev.elbo.cli.terminal;

import dev.elbo.eval.Evaluation;
import dev.elbo.eval.RatingEvaluation;
import dev.elbo.eval.RatingMetric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Evaluations in words and as JSON. */
public final class Evaluations {

  private Evaluations() {}

  /** The JSON of an evaluation. */
  public static Map<String, Object> document(String on, Evaluation evaluation) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("on", on);
    document.put("users", evaluation.users());
    document.put("usersWithoutHeldOut", evaluation.usersWithoutHeldOut());
    document.put("metrics", evaluation.byName());
    return document;
  }

  /** An evaluation in words, a line for each metric. */
  public static List<String> lines(String on, Evaluation evaluation) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%,d %s users (%,d without a held-out item left out)"
            .formatted(evaluation.users(), on, evaluation.usersWithoutHeldOut()));
    evaluation
        .metrics()
        .forEach((metric, estimate) -> lines.add("%-18s %s".formatted(metric.name(), estimate)));
    return lines;
  }

  /** The JSON of an evaluation of predicted ratings. */
  public static Map<String, Object> document(String on, RatingEvaluation evaluation) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("on", on);
    document.put("users", evaluation.users());
    for (RatingMetric metric : evaluation.metrics().keySet()) {
      document.put(
          metric.reconstruction() ? "reconstructedRatings" : "ratings", evaluation.ratings(metric));
    }
    document.put("metrics", evaluation.byName());
    return document;
  }

  /** An evaluation of predicted ratings in words, a line for each metric. */
  public static List<String> lines(String on, RatingEvaluation evaluation) {
    List<String> lines = new ArrayList<>();
    evaluation
        .metrics()
        .forEach(
            (metric, estimate) ->
                lines.add(
                    "%-19s %s, %,d %s ratings"
                        .formatted(metric.name(), estimate, evaluation.ratings(metric), on)));
    return lines;
  }
}
