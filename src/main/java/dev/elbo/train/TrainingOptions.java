package dev.elbo.train;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.elbo.ElboException;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Scoring;
import dev.elbo.eval.Measure;
import dev.elbo.io.OptionName;
import dev.elbo.model.KlAnnealing;
import dev.elbo.train.Criterion.OfLoss;
import dev.elbo.train.Criterion.OfMetric;
import dev.elbo.train.LearningRateSchedule.Plateau;
import java.util.List;
import java.util.function.UnaryOperator;

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
 * @param patience epochs without a better one after which to stop; 0 for never
 * @param seed of initial values, order of users, and noise
 * @param noiseScale standard deviation of the latent layer's epsilon; 1 in the authors' code
 * @param order the order of users in an epoch
 * @param dropLastBatch whether users who do not fill a batch are left out of the epoch
 * @param scoring how the validation users are scored
 * @param recipe what the epochs change
 * @param sampling which outputs an update computes; {@code null} for all
 */
public record TrainingOptions(
    int epochs,
    int batchSize,
    KlAnnealing annealing,
    AdamOptions adam,
    LearningRateSchedule schedule,
    Criterion select,
    List<Measure> metrics,
    int patience,
    long seed,
    double noiseScale,
    @JsonProperty("shuffle") Order order,
    boolean dropLastBatch,
    Scoring scoring,
    Recipe recipe,
    @JsonSetter(nulls = Nulls.SET) Sampling sampling) {

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
    if (epochs < 1 || batchSize < 1 || patience < 0) {
      throw new IllegalArgumentException(
          "epochs and batch size must be at least 1, and patience not negative: %d, %d, %d"
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
      int patience,
      long seed) {
    this(
        epochs,
        batchSize,
        annealing,
        adam,
        LearningRateSchedule.CONSTANT,
        select,
        List.copyOf(metrics),
        patience,
        seed,
        /* noiseScale= */ 1,
        Order.EACH_EPOCH,
        /* dropLastBatch= */ false,
        Scoring.LIANG,
        new Recipe.Joint(),
        /* sampling= */ null);
  }

  /** The same with other metrics, in what decides, too. */
  public TrainingOptions with(UnaryOperator<Measure> change) {
    return new TrainingOptions(
        epochs,
        batchSize,
        annealing,
        adam,
        schedule,
        select instanceof OfMetric(var metric) ? new OfMetric(change.apply(metric)) : select,
        metrics.stream().map(change).toList(),
        patience,
        seed,
        noiseScale,
        order,
        dropLastBatch,
        scoring,
        recipe,
        sampling);
  }

  /** The same with another weight of the divergence. */
  public TrainingOptions with(KlAnnealing other) {
    return with(other, adam, recipe, sampling);
  }

  /** The same with another optimizer. */
  public TrainingOptions with(AdamOptions other) {
    return with(annealing, other, recipe, sampling);
  }

  /** The same with another recipe. */
  public TrainingOptions with(Recipe other) {
    return with(annealing, adam, other, sampling);
  }

  /** The same with other outputs; {@code null} for all. */
  public TrainingOptions with(Sampling other) {
    return with(annealing, adam, recipe, other);
  }

  private TrainingOptions with(
      KlAnnealing weight, AdamOptions optimizer, Recipe epochsChange, Sampling outputs) {
    return new TrainingOptions(
        epochs,
        batchSize,
        weight,
        optimizer,
        schedule,
        select,
        metrics,
        patience,
        seed,
        noiseScale,
        order,
        dropLastBatch,
        scoring,
        epochsChange,
        outputs);
  }

  /**
   * Checks that the run goes on without validation users.
   *
   * @throws ElboException if something of it depends on them
   */
  void requireNothingOfValidation() {
    String needed =
        patience > 0
            ? "to stop once none better comes: leave out --patience"
            : select instanceof OfLoss
                ? "to choose an epoch by their loss: leave out --select loss"
                : schedule.decay() instanceof Plateau
                    ? "to lower the learning rate where the metric stays: leave out --schedule"
                        + " plateau"
                    : "";
    if (!needed.isEmpty()) {
      throw new ElboException(
          "the data has no validation users %s, or prepare the data with another --split than none"
              .formatted(needed));
    }
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
