package dev.elbo.cli;

import dev.elbo.ElboException;
import dev.elbo.baseline.Gram;
import dev.elbo.cli.options.DataRequirements;
import dev.elbo.cli.options.EngineArguments;
import dev.elbo.cli.terminal.Console;
import dev.elbo.cli.terminal.Evaluations;
import dev.elbo.cli.terminal.Interruption;
import dev.elbo.cli.terminal.TrainingProgress;
import dev.elbo.data.CsrMatrix;
import dev.elbo.data.PreparedData;
import dev.elbo.eval.Estimate;
import dev.elbo.io.AtomicFile;
import dev.elbo.io.FolderLock;
import dev.elbo.io.Json;
import dev.elbo.model.BaselineOptions;
import dev.elbo.train.BaselineRun;
import dev.elbo.train.Checkpoint;
import dev.elbo.train.Checkpoint.Progress;
import dev.elbo.train.Criterion;
import dev.elbo.train.Criterion.OfLoss;
import dev.elbo.train.EpochResult;
import dev.elbo.train.EpochUpdates;
import dev.elbo.train.RunOptions;
import dev.elbo.train.SavedModel;
import dev.elbo.train.StartedFrom;
import dev.elbo.train.TrainingRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Trains into a folder that is locked meanwhile, shows how it goes, and says what is kept.
 *
 * @param console where to show it
 * @param engine what computes
 * @param dataDir where the data lies
 * @param data gives what to train on; asked once it is certain that there is something to do
 * @param gram gives the training users as a baseline is fitted to them
 * @param updates gives what makes the updates of a network, for its run's options
 * @param isTrial whether it is a trial of a search, whose results are not the command's own
 */
record Training(
    Console console,
    EngineArguments engine,
    Path dataDir,
    Supplier<PreparedData> data,
    Function<CsrMatrix, Gram> gram,
    Function<RunOptions.OfNetwork, EpochUpdates> updates,
    boolean isTrial) {

  /** Trains by the engine alone. */
  Training(
      Console console,
      EngineArguments engine,
      Path dataDir,
      Supplier<PreparedData> data,
      Function<CsrMatrix, Gram> gram,
      boolean isTrial) {
    this(console, engine, dataDir, data, gram, _ -> EpochUpdates.ONE_BY_ONE, isTrial);
  }

  /**
   * Begins a run.
   *
   * @param from the trained model that it starts from; none to draw all parameters
   * @param enough of a network, whether the run may be left for now, as {@link TrainingRun#run}
   *     takes it
   */
  void begin(Path out, RunOptions run, Optional<SavedModel> from, Predicate<Progress> enough) {
    locked(
        out,
        interruption -> {
          TrainingRun.requireNone(out);
          if (hasBaseline(out)) {
            throw ElboException.in(
                out, "there is a model already: choose another --out, or remove it");
          }
          switch (run) {
            case RunOptions.OfNetwork options -> {
              PreparedData read = data.get();
              requireFit(dataDir, read, options);
              TrainingRun begun =
                  console.checked(() -> TrainingRun.begin(out, read, options, from));
              begun
                  .startedFrom()
                  .map(model -> model.inWords(begun.options().model().readsItems()))
                  .ifPresent(words -> console.note("Starting from " + words));
              train(begun, out, interruption, enough);
            }
            case RunOptions.OfBaseline options -> fit(out, options);
          }
        });
  }

  /**
   * Continues a run.
   *
   * @param check is given the run's options, and throws if it is not to be continued so
   * @param enough whether the run may be left again, as {@link TrainingRun#run} takes it
   */
  void resume(Path out, Consumer<RunOptions.OfNetwork> check, Predicate<Progress> enough) {
    locked(
        out,
        interruption -> {
          requireResumable(out);
          Progress progress = Checkpoint.progress(out);
          check.accept(progress.run());
          TrainingRun resumed = TrainingRun.resume(out, data.get());
          engine.complete(progress.engine());
          train(resumed, out, interruption, enough);
        });
  }

  private interface Work {
    void run(Interruption interruption);
  }

  private void locked(Path out, Work work) {
    try (FolderLock _ = console.lock(out);
        var interruption = new Interruption(console, () -> whatIsKept(out))) {
      SavedModel.settle(out);
      AtomicFile.deleteLeftovers(Checkpoint.file(out));
      work.run(interruption);
    }
  }

  private static String whatIsKept(Path out) {
    return Files.exists(Checkpoint.file(out))
        ? "Stopped. The last finished epoch is kept; `elbo train --resume` with the same --data and"
            + " --out continues after it."
        : "Stopped before the first epoch was finished; nothing is kept.";
  }

  /** A run goes on from its checkpoint alone; the model beside it is written again. */
  private static void requireResumable(Path out) {
    if (Files.exists(Checkpoint.file(out))) {
      return;
    }
    if (hasBaseline(out)) {
      throw ElboException.in(
          out,
          "there is nothing to resume: a baseline is fitted in one go; train it without --resume,"
              + " into another --out if it is there already");
    }
    throw ElboException.in(out, "there is no run to continue; leave --resume out to start one");
  }

  /** Whether a folder holds a baseline: a model without a run to continue. */
  static boolean hasBaseline(Path dir) {
    return SavedModel.isIn(dir) && SavedModel.describe(dir).model() instanceof BaselineOptions;
  }

  /**
   * Checks that the data is what the model learns from, and the options are about.
   *
   * @throws ElboException if it is not, and how to prepare it
   */
  static void requireFit(Path dataDir, PreparedData data, RunOptions run) {
    DataRequirements required = new DataRequirements(dataDir, data);
    switch (run) {
      case RunOptions.OfNetwork network -> {
        required.requireFor(network.model());
        if (network.scoring().skipLast()) {
          required.requireOrderForSkipLast();
        }
        if (network.training().select() instanceof OfLoss) {
          required.requireUntrainedForLoss();
        }
      }
      case RunOptions.OfBaseline baseline ->
          required.requireKind(baseline.model().toString(), /* predictsRatings= */ false);
    }
  }

  private void train(
      TrainingRun run, Path out, Interruption interruption, Predicate<Progress> enough) {
    Memory.require(run.model());
    noteEpochsThatAreNotKept(run);
    Progress end;
    try (TrainingProgress shown = new TrainingProgress(console, run)) {
      end =
          run.run(
              engine.name(),
              engine.threads(),
              updates.apply(run.options()),
              shown,
              interruption::whole,
              enough);
    } catch (OutOfMemoryError _) {
      throw Memory.tooLittle(run.model());
    }
    List<String> words = new ArrayList<>(List.of(best(run, end)));
    Map<String, Object> document =
        Json.object(
            "bestEpoch", end.bestEpoch(), "epochs", end.epochs(), "modelDir", out.toString());
    run.startedFrom()
        .ifPresent(
            model -> {
              Criterion select = run.options().training().select();
              model.value(select).ifPresent(_ -> words.add(saved(model, select, end)));
              document.put("startedFrom", model);
              document.put("reachedAfter", model.reachedAfter(select, end.epochs()).orElse(null));
            });
    words.add("Wrote %s".formatted(out));
    result(words, document);
  }

  /** What the start from a model was good for. */
  private static String saved(StartedFrom model, Criterion select, Progress end) {
    String before = "%s %.4f".formatted(select.name(), model.value(select).orElseThrow());
    return model
        .reachedAfter(select, end.epochs())
        .map(
            epoch ->
                "Reached %s, that of the model it started from, after %d epoch(s); that model took %d"
                    .formatted(before, epoch, model.bestEpoch()))
        .orElse("Did not reach %s, that of the model it started from".formatted(before));
  }

  /** Epochs after the last whole round are trained, and cannot be kept. */
  private void noteEpochsThatAreNotKept(TrainingRun run) {
    int epochs = run.options().training().epochs();
    int round = run.options().training().recipe().round();
    if (epochs % round > 0) {
      console.note(
          "A round has %d epochs: of %d the last %d end none, and the model after them is not kept."
              .formatted(round, epochs, epochs % round));
    }
  }

  private static String best(TrainingRun run, Progress end) {
    EpochResult best = end.best().orElseThrow();
    String select = run.options().training().select().name();
    Estimate chosenBy = best.validation().get(select);
    return chosenBy == null
        ? "Kept epoch %d of %d, as there are no validation users"
            .formatted(best.epoch(), end.epochs().size())
        : "Best epoch %d of %d: validation %s %s"
            .formatted(best.epoch(), end.epochs().size(), select, chosenBy);
  }

  private void result(List<String> words, Map<String, Object> document) {
    if (isTrial) {
      words.forEach(console::note);
    } else {
      words.forEach(console::say);
      console.json(() -> document);
    }
  }

  private void fit(Path out, RunOptions.OfBaseline run) {
    PreparedData read = data.get();
    requireFit(dataDir, read, run);
    BaselineRun done = BaselineRun.of(run, read, gram.apply(read.train()), engine.threads());
    done.model().write(out);
    List<String> words = new ArrayList<>();
    words.add("Fitted %s in %.1f s".formatted(run.model(), done.seconds()));
    done.validation()
        .ifPresent(
            found ->
                words.addAll(Evaluations.lines(EvaluateCommand.Part.validation.name(), found)));
    words.add("Wrote %s".formatted(out));
    result(
        words,
        Json.object(
            "seconds",
            done.seconds(),
            "validation",
            done.model().description().validation(),
            "modelDir",
            out.toString()));
  }
}
