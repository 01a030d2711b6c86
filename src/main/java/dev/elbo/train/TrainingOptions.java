package dev.elbo.train;

import dev.elbo.engine.AdamOptions;
import dev.elbo.eval.AccuracyMetric;
import dev.elbo.eval.Metric;
import dev.elbo.model.KlAnnealing;
import java.util.List;
import java.util.OptionalInt;

/**
 * How to train a model.
 *
 * @param epochs passes over all training users
 * @param batchSize users in an update; the last batch of an epoch may be smaller
 * @param annealing weight of the KL term
 * @param adam the optimizer
 * @param select the validation metric whose best epoch is kept
 * @param metrics what else to measure on the validation users after each epoch
 * @param patience epochs without a better one after which to stop; empty for never
 * @param seed of initial values, order of users, and noise
 */
public record TrainingOptions(
    int epochs,
    int batchSize,
    KlAnnealing annealing,
    AdamOptions adam,
    AccuracyMetric select,
    List<Metric> metrics,
    OptionalInt patience,
    long seed) {

  /** Activations of more users than this do not fit an array. */
  private static final int LARGEST_BATCH = 1 << 16;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a number is below 1
   */
  public TrainingOptions {
    if (epochs < 1 || batchSize < 1 || patience.orElse(1) < 1) {
      throw new IllegalArgumentException(
          "epochs, batch size and patience must be at least 1: %d, %d, %s"
              .formatted(epochs, batchSize, patience));
    }
    if (batchSize > LARGEST_BATCH) {
      throw new IllegalArgumentException(
          "at most %,d users in a batch, not %,d".formatted(LARGEST_BATCH, batchSize));
    }
    metrics = List.copyOf(metrics);
  }
}
