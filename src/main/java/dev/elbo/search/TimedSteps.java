package dev.elbo.search;

import dev.elbo.ElboException;
import dev.elbo.io.AtomicFile;
import dev.elbo.io.Json;
import dev.elbo.search.BudgetSearch.Budget;
import dev.elbo.search.BudgetSearch.Training;
import dev.elbo.search.Search.Point;
import dev.elbo.train.Checkpoint;
import dev.elbo.train.Checkpoint.Progress;
import dev.elbo.train.EpochResult;
import dev.elbo.train.RunOptions;
import dev.elbo.train.SavedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Takes trials from rung to rung, and counts what that takes of the budget. What was done before is
 * read; what was interrupted goes on after its last finished epoch, whose time counts.
 */
final class TimedSteps {

  private static final String UNFINISHED = "unfinished.json";

  private final SearchFolder folder;
  private final Budget budget;
  private final Rungs rungs;
  private final IntFunction<Optional<Point>> points;
  private final Training training;
  private final Consumer<String> note;

  /** Seconds that the finished steps took. */
  private double spent;

  /**
   * A rung of a trial, once it is done.
   *
   * @param reached where the trial stands
   * @param epochs how far it is trained
   * @param seconds what the rung took
   */
  private record Step(SearchTrial reached, int epochs, double seconds) {}

  /**
   * A rung of a trial that is not done.
   *
   * @param trial which trial
   * @param rung which rung of it
   * @param seconds what its finished epochs took
   */
  private record Unfinished(int trial, int rung, double seconds) {}

  /** The steps of a search, none of which was made or read yet. */
  TimedSteps(
      SearchFolder folder,
      Budget budget,
      Rungs rungs,
      IntFunction<Optional<Point>> points,
      Training training,
      Consumer<String> note) {
    this.folder = folder;
    this.budget = budget;
    this.rungs = rungs;
    this.points = points;
    this.training = training;
    this.note = note;
    AtomicFile.deleteLeftovers(unfinished());
  }

  /** Whether a trial has come to the end of a rung. */
  static boolean isFinished(Path trial) {
    return Files.exists(record(trial, 0));
  }

  private static Path record(Path trial, int rung) {
    return trial.resolve("rung-%d.json".formatted(rung + 1));
  }

  private Path unfinished() {
    return folder.path().resolve(UNFINISHED);
  }

  /** Seconds that the steps took. */
  double spent() {
    return spent;
  }

  /** Seconds of the budget that are left; below 0 if the last step took longer. */
  double left() {
    return budget.seconds() - spent;
  }

  /** Whether another step may begin. */
  boolean hasTime() {
    return left() > 0;
  }

  /** Whether the options of a trial can stand together. */
  boolean canMake(int trial) {
    return isFinished(folder.trial(trial)) || points.apply(trial).isPresent();
  }

  /**
   * Takes a trial to the end of a rung, if it is not there, or as far as the time allows.
   *
   * @param trial its number, from 1
   * @param rung from 0
   * @param before seconds that the rungs before took
   * @throws ElboException if a file cannot be read or written
   */
  HalvedTrial step(int trial, int rung, double before) {
    Path record = record(folder.trial(trial), rung);
    Step step = Files.exists(record) ? Json.read(record, Step.class) : make(trial, rung);
    spent += step.seconds;
    return new HalvedTrial(step.reached, rung + 1, step.epochs, before + step.seconds);
  }

  private Step make(int trial, int rung) {
    Point point = points.apply(trial).orElseThrow();
    note.accept(
        "Trial %d, rung %d of %d: %s".formatted(trial, rung + 1, rungs.size(), point.label()));
    Path dir = folder.trial(trial);
    AtomicFile.makeFolder(dir);
    AtomicFile.deleteLeftovers(record(dir, rung));
    double before = secondsBefore(trial, rung);
    long start = budget.nanoTime().getAsLong();
    Step step;
    try {
      training.train(
          dir,
          point.run(),
          progress -> isEnough(progress, trial, rung, before + budget.since(start)));
      double seconds = before + budget.since(start);
      step =
          switch (point.run()) {
            case RunOptions.OfNetwork _ -> {
              Progress reached = Checkpoint.progress(dir);
              EpochResult best = reached.best().orElseThrow();
              yield new Step(
                  new SearchTrial(trial, point.run(), best.epoch(), best.validation(), null),
                  reached.epochs().size(),
                  seconds);
            }
            case RunOptions.OfBaseline _ ->
                new Step(
                    new SearchTrial(
                        trial, point.run(), 0, SavedModel.describe(dir).validation(), null),
                    0,
                    seconds);
          };
    } catch (ElboException e) {
      if (e.file().isPresent()) {
        throw e; // Not a fault of the options: when it is mended, the search goes on.
      }
      note.accept("Trial %d failed: %s".formatted(trial, e.getMessage()));
      step =
          new Step(
              new SearchTrial(trial, point.run(), 0, new LinkedHashMap<>(), e.getMessage()),
              0,
              before + budget.since(start));
    }
    Json.write(record(dir, rung), step);
    return step;
  }

  /** Whether a trial is at the end of its rung, or the time is up; and remembers the time. */
  private boolean isEnough(Progress progress, int trial, int rung, double seconds) {
    if (!progress.epochs().isEmpty()) {
      Json.write(unfinished(), new Unfinished(trial, rung, seconds));
    }
    return progress.epochs().size() >= rungs.epochs().get(rung) || seconds >= left();
  }

  /** What the finished epochs of a rung took that was begun, and interrupted. */
  private double secondsBefore(int trial, int rung) {
    if (!Files.exists(unfinished())) {
      return 0;
    }
    Unfinished last = Json.read(unfinished(), Unfinished.class);
    return last.trial == trial && last.rung == rung ? last.seconds : 0;
  }
}
