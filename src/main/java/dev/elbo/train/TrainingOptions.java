package dev.elbo.train;

import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Scoring;
import dev.elbo.eval.Measure;
import dev.elbo.model.KlAnnealing;
import dev.elbo.model.OptionName;
import java.util.List;
import java.util.OptionalInt;

/**
 * How to train a model.
 *
 * @param epochs passes over all training users
 * @param batchSize users in an update; the last batch of an epoch may be smaller
 * @param annealing weight of the KL term
 * @param adam the optimizer, with the learning rate that the run begins with
 * @param schedule the learning rate over the run
 * @param select what decides which epoch is kept
 * @param metrics what else to measure on the validation users after each epoch
 * @param patience epochs without a better one after which to stop; empty for never
 * @param seed of initial values, order of users, and noise
 * @param noiseScale standard deviation of the latent layer's epsilon; 1 in the authors' code
 * @param order the order of users in an epoch
 * @param dropLastBatch whether users who do not fill a batch are left out of the epoch
 * @param scoring how the validation users are scored
 * @param recipe what the epochs change
 */
public record TrainingOptions(
    int epochs,
    int batchSize,
    KlAnnealing annealing,
    AdamOptions adam,
    LearningRateSchedule schedule,
    Criterion select,
    List<? extends Measure> metrics,
    OptionalInt patience,
    long seed,
    double noiseScale,
    Order order,
    boolean dropLastBatch,
    Scoring scoring,
    Recipe recipe) {

  /** The order of users in an epoch. */
  public enum Order {
    /** A fresh permutation each epoch, as in the authors' code. */
    EACH_EPOCH,
    /** One permutation for the whole run. */
    ONCE,
    /** That of the data. */
    NEVER;

    /** The name on the command line: {@code each-epoch}. */
    @Override
    public String toString() {
      return OptionName.of(this);
    }
  }

  /** Activations of more users than this do not fit an array. */
  private static final int LARGEST_BATCH = 1 << 16;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a number is out of range
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
    if (schedule.minimum() > adam.learningRate()) {
      throw new IllegalArgumentException(
          "the smallest learning rate must not be above the first, %s: %s"
              .formatted(adam.learningRate(), schedule.minimum()));
    }
    if (!(noiseScale >= 0 && noiseScale < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("the noise scale must not be negative: " + noiseScale);
    }
    if (epochs < recipe.round()) {
      throw new IllegalArgumentException(
          "%d epochs do not make one round of %d".formatted(epochs, recipe.round()));
    }
    metrics = List.copyOf(metrics);
  }

  /** Training as the authors do it. */
  public TrainingOptions(
      int epochs,
      int batchSize,
      KlAnnealing annealing,
      AdamOptions adam,
      Criterion select,
      List<? extends Measure> metrics,
      OptionalInt patience,
      long seed) {
    this(
        epochs,
        batchSize,
        annealing,
        adam,
        LearningRateSchedule.CONSTANT,
        select,
        metrics,
        patience,
        seed,
        /* noiseScale= */ 1,
        Order.EACH_EPOCH,
        /* dropLastBatch= */ false,
        Scoring.LIANG,
        new Recipe.Joint());
  }

  /**
   * Updates of an epoch.
   *
   * @param users number of training users
   * @param batchSize users in an update
   * @param dropLastBatch whether users who do not fill a batch are left out
   */
  public static int updatesPerEpoch(int users, int batchSize, boolean dropLastBatch) {
    return dropLastBatch ? users / batchSize : Math.ceilDiv(users, batchSize);
  }
}
