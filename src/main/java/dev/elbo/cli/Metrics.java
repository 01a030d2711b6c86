package dev.elbo.cli;

import dev.elbo.ElboException;
import dev.elbo.eval.Estimate;
import dev.elbo.eval.Evaluation;
import dev.elbo.eval.Measure;
import dev.elbo.eval.Metric;
import dev.elbo.eval.PlainRecall;
import dev.elbo.eval.RatingEvaluation;
import dev.elbo.eval.RatingMetric;
import dev.elbo.eval.Recall;
import dev.elbo.train.Criterion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Metrics on the command line and in its output. */
final class Metrics {

  /** {@link Measure#defaults} of rankings, as the command line takes them. */
  static final String DEFAULT = "ndcg@100,recall@20,recall@50";

  /** The same of predicted ratings. */
  static final String DEFAULT_OF_RATINGS = "rmse,mae";

  /** A metric with recall by its plain definition. */
  static Measure plain(Measure metric) {
    return metric instanceof Recall(int k) ? new PlainRecall(k) : metric;
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

  private Metrics() {}

  /** Reads a metric's name. */
  static final class Converter implements ITypeConverter<Measure> {
    @Override
    public Measure convert(String name) {
      try {
        return Measure.parse(name);
      } catch (ElboException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** Reads the name of a metric of rankings. */
  static final class RankingConverter implements ITypeConverter<Metric> {
    @Override
    public Metric convert(String name) {
      try {
        return Metric.parse(name);
      } catch (ElboException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** Reads what decides which epoch is the best. */
  static final class CriterionConverter implements ITypeConverter<Criterion> {
    @Override
    public Criterion convert(String name) {
      try {
        return Criterion.parse(name);
      } catch (ElboException e) {
        throw new TypeConversionException(e.getMessage() + "; or loss");
      }
    }
  }

  /** The JSON of an evaluation. */
  static Map<String, Object> document(String on, Evaluation evaluation) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("on", on);
    document.put("users", evaluation.users());
    document.put("usersWithoutHeldOut", evaluation.usersWithoutHeldOut());
    document.put("metrics", evaluation.byName());
    return document;
  }

  /** An evaluation in words, a line for each metric. */
  static List<String> lines(String on, Evaluation evaluation) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%,d %s users (%,d without a held-out item left out)"
            .formatted(evaluation.users(), on, evaluation.usersWithoutHeldOut()));
    evaluation
        .metrics()
        .forEach(
            (metric, estimate) -> lines.add("%-18s %s".formatted(metric.name(), text(estimate))));
    return lines;
  }

  /** The JSON of an evaluation of predicted ratings. */
  static Map<String, Object> document(String on, RatingEvaluation evaluation) {
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
  static List<String> lines(String on, RatingEvaluation evaluation) {
    List<String> lines = new ArrayList<>();
    evaluation
        .metrics()
        .forEach(
            (metric, estimate) ->
                lines.add(
                    "%-19s %s, %,d %s ratings"
                        .formatted(metric.name(), text(estimate), evaluation.ratings(metric), on)));
    return lines;
  }

  /** A value with its standard error, if it has one. */
  static String text(Estimate estimate) {
    return estimate.standardError() == null
        ? "%.4f".formatted(estimate.mean())
        : "%.4f +- %.4f".formatted(estimate.mean(), estimate.standardError());
  }
}
