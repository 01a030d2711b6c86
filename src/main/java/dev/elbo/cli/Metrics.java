package dev.elbo.cli;

import dev.elbo.ElboException;
import dev.elbo.eval.Estimate;
import dev.elbo.eval.Evaluation;
import dev.elbo.eval.Metric;
import dev.elbo.train.Criterion;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Metrics on the command line and in its output. */
final class Metrics {

  /** What is measured unless something else is asked for. */
  static final String DEFAULT = "ndcg@100,recall@20,recall@50";

  private Metrics() {}

  /** Reads a metric's name. */
  static final class Converter implements ITypeConverter<Metric> {
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

  /** Prints an evaluation, a line for each metric. */
  static void say(Console console, String on, Evaluation evaluation) {
    console.say(
        "%,d %s users (%,d without a held-out item left out)"
            .formatted(evaluation.users(), on, evaluation.usersWithoutHeldOut()));
    evaluation
        .metrics()
        .forEach(
            (metric, estimate) -> console.say("%-18s %s".formatted(metric.name(), text(estimate))));
  }

  /** A value with its standard error, if it has one. */
  static String text(Estimate estimate) {
    return estimate.standardError() == null
        ? "%.4f".formatted(estimate.mean())
        : "%.4f +- %.4f".formatted(estimate.mean(), estimate.standardError());
  }
}
