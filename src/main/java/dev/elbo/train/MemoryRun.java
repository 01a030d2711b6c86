package dev.elbo.train;

import dev.elbo.ElboException;
import dev.elbo.baseline.FittedBaseline;
import dev.elbo.baseline.Gram;
import dev.elbo.data.PreparedData;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Engines;
import dev.elbo.eval.Estimate;
import dev.elbo.eval.Evaluator;
import dev.elbo.eval.Measure;
import dev.elbo.eval.Metric;
import dev.elbo.linalg.Workers;
import dev.elbo.model.Model;
import dev.elbo.train.Checkpoint.Progress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * A run that writes nothing: the model is kept in memory, and nothing can be resumed. It trains the
 * model that {@link TrainingRun} trains from the same options and data, to the bit.
 */
public final class MemoryRun {

  /** Users that a baseline scores at a time. */
  private static final int BATCH_SIZE = 500;

  private MemoryRun() {}

  /**
   * Trains a network, or fits a baseline.
   *
   * @param run what, and how
   * @param data what to train on
   * @param engine name of the engine that computes a network, as {@link Engines#byName} takes it
   * @param threads how many threads it may use; the result does not depend on it
   * @param listener is told of each update and epoch of a network, on the calling thread
   * @return the model of the best epoch
   * @throws ElboException if the data is not what the model learns from, or a loss or a parameter
   *     is not finite
   * @throws IllegalArgumentException if an option is out of range
   */
  public static SavedModel train(
      RunOptions run, PreparedData data, String engine, int threads, TrainingListener listener) {
    return switch (run) {
      case RunOptions.OfNetwork network -> train(network, data, engine, threads, listener);
      case RunOptions.OfBaseline baseline -> fit(baseline, data, threads);
    };
  }

  private static SavedModel train(
      RunOptions.OfNetwork given,
      PreparedData read,
      String engine,
      int threads,
      TrainingListener listener) {
    PreparedData data = given.model().readsItems() ? read.transposed() : read;
    RunOptions.OfNetwork run = given.on(data);
    Model model = run.network().model(data.itemIds().size());
    EngineState initial = EngineState.initial(model, run.seed(), run.initialization());
    var kept = new Kept(run, data, engine);
    try (Engine running = Engines.byName(engine).create(model, initial, threads)) {
      new Trainer(running, data, run.training(), listener)
          .run(Progress.none(run, engine, data.sha256()), kept);
    }
    return kept.model;
  }

  private static SavedModel fit(RunOptions.OfBaseline run, PreparedData data, int threads) {
    FittedBaseline fitted;
    try (Workers workers = new Workers(threads)) {
      fitted = FittedBaseline.fit(run.baseline(), Gram.once(data.train()), workers);
    }
    SequencedMap<String, Estimate> validation = new LinkedHashMap<>();
    if (data.hasHeldOut()) {
      List<Metric> metrics = Measure.require(Metric.class, run.metrics());
      validation =
          new Evaluator(data.validation(), metrics, data.train(), BATCH_SIZE)
              .evaluate(fitted)
              .byName();
    }
    return new SavedModel(
        SavedModel.Description.of(run, /* engine= */ null, data, /* bestEpoch= */ 0, validation),
        fitted.parameters(),
        data.itemIds());
  }

  /** The best model so far. */
  private static final class Kept implements Trainer.Output {
    private final RunOptions.OfNetwork run;
    private final PreparedData data;
    private final String engine;
    private SavedModel model;

    Kept(RunOptions.OfNetwork run, PreparedData data, String engine) {
      this.run = run;
      this.data = data;
      this.engine = engine;
    }

    @Override
    public void best(EngineState state, EpochResult result) {
      model =
          new SavedModel(
              SavedModel.Description.of(run, engine, data, result.epoch(), result.validation()),
              state.parameters(),
              data.itemIds());
    }

    @Override
    public void checkpoint(Checkpoint checkpoint) {}
  }
}
