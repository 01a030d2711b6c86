package dev.elbo.train;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.elbo.ElboException;
import dev.elbo.eval.Gini;
import dev.elbo.eval.Measure;
import dev.elbo.eval.RatingMetric;

/** What decides which epoch of a run is the best: a value on the validation users. */
public sealed interface Criterion {

  /**
   * A metric. Of the Gini coefficient and of errors of ratings less is better, of every other
   * metric more.
   */
  record OfMetric(Measure metric) implements Criterion {
    @Override
    public String name() {
      return metric.name();
    }

    @Override
    public boolean lowerIsBetter() {
      return metric instanceof Gini || metric instanceof RatingMetric;
    }

    @Override
    public String toString() {
      return name();
    }
  }

  /**
   * The loss of the validation users' fold-in items, in a pass without noise: {@code nll + beta *
   * kl}, mean over users. Beta is the cap throughout, for a loss whose beta still rises cannot be
   * compared from epoch to epoch.
   */
  record OfLoss() implements Criterion {
    private static final String NAME = "loss";

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public boolean lowerIsBetter() {
      return true;
    }

    @Override
    public String toString() {
      return name();
    }
  }

  /** Its name, under which an epoch's validation has the value: {@code ndcg@100}. */
  @JsonValue
  String name();

  /** Whether the smallest value is the best. */
  boolean lowerIsBetter();

  /**
   * Whether one value is better than another.
   *
   * @param value the one
   * @param other the other
   */
  default boolean isBetter(double value, double other) {
    return lowerIsBetter() ? value < other : value > other;
  }

  /** The value of an epoch. */
  default double of(EpochResult result) {
    return result.validation().get(name()).mean();
  }

  /**
   * The criterion of a name.
   *
   * @param name {@code loss}, or a metric's name with a cutoff
   * @throws ElboException if it is neither
   */
  @JsonCreator
  static Criterion parse(String name) {
    return name.equalsIgnoreCase(OfLoss.NAME) ? new OfLoss() : new OfMetric(Measure.parse(name));
  }
}
