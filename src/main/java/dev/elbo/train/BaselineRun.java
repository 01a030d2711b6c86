package dev.elbo.train;

import dev.elbo.ElboException;
import dev.elbo.baseline.FittedBaseline;
import dev.elbo.baseline.Gram;
import dev.elbo.data.PreparedData;
import dev.elbo.eval.Evaluation;
import dev.elbo.eval.Evaluator;
import dev.elbo.eval.Measure;
import dev.elbo.eval.Metric;
import dev.elbo.linalg.Workers;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * The run of a baseline, which is fitted in one go.
 *
 * @param model the fitted baseline
 * @param validation how good it is on the validation users; empty if the data has none
 * @param seconds what fitting took, without the evaluation
 */
public record BaselineRun(SavedModel model, Optional<Evaluation> validation, double seconds) {

  /** Users that are scored at a time. */
  private static final int BATCH_SIZE = 500;

  /**
   * Fits a baseline, and evaluates it.
   *
   * @param run which one, and what to measure
   * @param data what to fit it to
   * @param gram the training users of {@code data}
   * @param threads how many threads to use; the result does not depend on it
   * @throws ElboException if the baseline does not fit into the memory, or float32 cannot tell what
   *     is to be computed
   */
  public static BaselineRun of(
      RunOptions.OfBaseline run, PreparedData data, Gram gram, int threads) {
    long start = System.nanoTime();
    FittedBaseline fitted;
    try (Workers workers = new Workers(threads)) {
      fitted = FittedBaseline.fit(run.baseline(), gram, workers);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    Optional<Evaluation> validation = validation(run, data, fitted);
    var description =
        SavedModel.Description.of(
            run,
            /* engine= */ null,
            data,
            /* bestEpoch= */ 0,
            validation.map(Evaluation::byName).orElseGet(LinkedHashMap::new));
    var model = new SavedModel(description, fitted.parameters(), data.itemIds());
    return new BaselineRun(model, validation, seconds);
  }

  private static Optional<Evaluation> validation(
      RunOptions.OfBaseline run, PreparedData data, FittedBaseline fitted) {
    if (!data.hasHeldOut()) {
      return Optional.empty();
    }
    var metrics = Measure.require(Metric.class, run.metrics());
    return Optional.of(
        new Evaluator(data.validation(), metrics, data.train(), BATCH_SIZE).evaluate(fitted));
  }
}
