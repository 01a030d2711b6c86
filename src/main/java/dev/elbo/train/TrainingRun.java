package dev.elbo.train;

import dev.elbo.ElboException;
import dev.elbo.data.PreparedData;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Engines;
import dev.elbo.engine.Loss;
import dev.elbo.model.Model;
import dev.elbo.train.Checkpoint.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The training of a network in a model directory, from its first epoch or from a checkpoint: the
 * directory has the best model so far and the last checkpoint. Nothing else may be writing there
 * ({@link dev.elbo.io.FolderLock}). Not for use by several threads.
 */
public final class TrainingRun {

  private final Path directory;
  private final PreparedData data;
  private final RunOptions.OfNetwork options;
  private final Model model;
  private final Optional<WarmStart> warmStart;
  private final Optional<Checkpoint> checkpoint;

  private TrainingRun(
      Path directory,
      PreparedData read,
      RunOptions.OfNetwork options,
      Optional<SavedModel> from,
      Optional<Checkpoint> checkpoint) {
    this.directory = directory;
    this.data = options.model().readsItems() ? read.transposed() : read;
    this.options = options;
    this.model = options.network().model(data.itemIds().size());
    this.warmStart = from.map(saved -> new WarmStart(saved, options.network(), data.itemIds()));
    this.checkpoint = checkpoint;
  }

  /**
   * A run that has not begun.
   *
   * @param directory the model directory; it exists
   * @param data what to train on
   * @param options what to train, and how
   * @throws ElboException if a run is in the directory already
   * @throws IllegalArgumentException if an option is out of range
   */
  public static TrainingRun begin(Path directory, PreparedData data, RunOptions.OfNetwork options) {
    return begin(directory, data, options, Optional.empty());
  }

  /**
   * A run that has not begun, and is to start from the parameters of a trained model, matched by
   * the ids of items; of users, for a model that reads items' rows. What belongs to new items is
   * drawn, what belongs to others is left, and Adam's moments and the counts of updates, by which
   * beta rises, start anew.
   *
   * @param directory the model directory; it exists
   * @param data what to train on
   * @param options what to train, and how
   * @param from the model to start from; none to draw all parameters
   * @throws ElboException if a run is in the directory already, or the model to start from is a
   *     baseline, another network, or knows none of the items
   * @throws IllegalArgumentException if an option is out of range
   */
  public static TrainingRun begin(
      Path directory, PreparedData data, RunOptions.OfNetwork options, Optional<SavedModel> from) {
    requireNone(directory);
    return new TrainingRun(directory, data, options.on(data), from, Optional.empty());
  }

  /**
   * Checks that there is no run yet.
   *
   * @throws ElboException if there is one in the directory
   */
  public static void requireNone(Path directory) {
    if (Files.exists(Checkpoint.file(directory))) {
      throw ElboException.in(
          directory, "there is a run already: continue it with --resume, or choose another --out");
    }
  }

  /**
   * A run that goes on from its checkpoint.
   *
   * @param directory the model directory
   * @param data what the run was started on
   * @throws ElboException if there is no checkpoint, it is damaged, or the run is of other data
   */
  public static TrainingRun resume(Path directory, PreparedData data) {
    Checkpoint checkpoint = Checkpoint.read(directory);
    Progress progress = checkpoint.progress();
    if (!progress.dataSha256().equals(data.sha256())) {
      throw ElboException.in(
          directory,
          "the run was started on other data; give --data what it was started on, or another"
              + " --out");
    }
    TrainingRun run =
        new TrainingRun(directory, data, progress.run(), Optional.empty(), Optional.of(checkpoint));
    checkpoint.requireTensorsOf(directory, run.model);
    return run;
  }

  /** The network that is trained. */
  public Model model() {
    return model;
  }

  /** What is trained, and how. */
  public RunOptions.OfNetwork options() {
    return options;
  }

  /** Number of training rows, which are users but for a model that reads items. */
  public int trainingRows() {
    return data.train().rows();
  }

  /** Where the run stands before it goes on. */
  public Optional<Progress> before() {
    return checkpoint.map(Checkpoint::progress);
  }

  /**
   * Trains to the last epoch, or until none better has come for as long as patience allows, or
   * until it is enough for now: resumed, the run is the one that was not interrupted.
   *
   * @param engine name of the engine that computes, as {@link Engines#byName} takes it
   * @param threads how many threads it may use; the result does not depend on it
   * @param listener is told of each update and epoch
   * @param whole does what it is given and is not stopped in the middle: everything that is told or
   *     written goes through it
   * @param enough is asked before the first and after each epoch, and heeded where a model may be
   *     kept: of a recipe with rounds, at the end of one
   * @return where the run stands at its end
   * @throws ElboException if a loss or a parameter is not finite; the last epoch before is kept
   */
  public Progress run(
      String engine,
      int threads,
      TrainingListener listener,
      WholeSteps whole,
      Predicate<Progress> enough) {
    return run(engine, threads, EpochUpdates.ONE_BY_ONE, listener, whole, enough);
  }

  /**
   * Trains likewise, with updates that are made otherwise.
   *
   * @param updates makes the updates of each epoch
   */
  public Progress run(
      String engine,
      int threads,
      EpochUpdates updates,
      TrainingListener listener,
      WholeSteps whole,
      Predicate<Progress> enough) {
    EngineState state = checkpoint.map(Checkpoint::state).orElseGet(this::initial);
    Progress start =
        before()
            .map(progress -> progress.with(engine))
            .orElseGet(
                () ->
                    Progress.none(options, engine, data.sha256()).with(startedFrom().orElse(null)));
    repairModel(engine);
    Steps steps = new Steps(engine, listener, whole);
    Progress end;
    try (Engine running = Engines.byName(engine).create(model, state, threads)) {
      end =
          new Trainer(running, data, options.training(), steps, updates).run(start, steps, enough);
    }
    if (checkpoint.isPresent()) {
      SavedModel.read(directory); // It may be of the time before the run went on.
    }
    return end;
  }

  private EngineState initial() {
    return warmStart
        .map(start -> start.state(options))
        .orElseGet(() -> EngineState.initial(model, options.seed(), options.initialization()));
  }

  /** The model that the run started or is to start from; empty if all parameters are drawn. */
  public Optional<StartedFrom> startedFrom() {
    return warmStart.map(WarmStart::description).or(() -> before().map(Progress::startedFrom));
  }

  /** Writes the model again if it cannot be read and is that of the checkpoint. */
  private void repairModel(String engine) {
    if (checkpoint.isEmpty()) {
      return;
    }
    Progress progress = checkpoint.get().progress();
    List<EpochResult> epochs = progress.epochs();
    if (progress.bestEpoch() == epochs.size()) {
      try {
        SavedModel.read(directory);
      } catch (ElboException _) {
        write(engine, checkpoint.get().state(), epochs.getLast());
      }
    }
  }

  private void write(String engine, EngineState state, EpochResult result) {
    new SavedModel(
            SavedModel.Description.of(options, engine, data, result.epoch(), result.validation())
                .with(startedFrom().orElse(null)),
            state.parameters(),
            data.itemIds())
        .write(directory);
  }

  /** Does things that are not to be stopped in the middle. */
  @FunctionalInterface
  public interface WholeSteps {
    /** Does something, or does not return if it may not begin any more. */
    void run(Runnable step);
  }

  /** Passes on what the run tells, and writes what it keeps. */
  private final class Steps implements TrainingListener, Trainer.Output {
    private final String engine;
    private final TrainingListener listener;
    private final WholeSteps whole;

    Steps(String engine, TrainingListener listener, WholeSteps whole) {
      this.engine = engine;
      this.listener = listener;
      this.whole = whole;
    }

    @Override
    public void updated(int epoch, int users, Loss loss) {
      whole.run(() -> listener.updated(epoch, users, loss));
    }

    @Override
    public void finished(EpochResult result, boolean best) {
      whole.run(() -> listener.finished(result, best));
    }

    @Override
    public void best(EngineState state, EpochResult result) {
      whole.run(() -> write(engine, state, result));
    }

    @Override
    public void checkpoint(Checkpoint written) {
      whole.run(() -> written.write(directory));
    }
  }
}
