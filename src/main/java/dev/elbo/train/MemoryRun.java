package dev.elbo.train;

import dev.elbo.ElboException;
import dev.elbo.baseline.Gram;
import dev.elbo.data.PreparedData;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Engines;
import dev.elbo.model.Model;
import dev.elbo.train.Checkpoint.Progress;

/**
 * A run that writes nothing: the model is kept in memory, and nothing can be resumed. It trains the
 * model that {@link TrainingRun} trains from the same options and data, to the bit.
 */
public final class MemoryRun {

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
      case RunOptions.OfBaseline baseline ->
          BaselineRun.of(baseline, data, Gram.once(data.train()), threads).model();
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
