package dev.elbo.search;

import dev.elbo.ElboException;
import dev.elbo.search.Search.Point;
import dev.elbo.train.Checkpoint.Progress;
import dev.elbo.train.RunOptions;
import dev.elbo.train.SavedModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * A random search that ends when its time is up, in a folder where one that was stopped goes on. It
 * draws combinations of options and gives most of them up early, by successive halving ({@link
 * Rungs}): a bracket draws for its first rung as many as a fixed share of the time that is left
 * allows, trains the best third of them three times as far, and so on. When that takes less time
 * than there is, another bracket follows; when it takes more, the trial that is being trained stops
 * after its epoch, and what every trial has by then counts. Of a baseline, which has no epochs,
 * each trial is whole.
 *
 * <p>Which combinations are drawn, in which order, is a function of the seed; how many, of the
 * time. The time is what the trials took, from where a checkpoint is read to where the model is
 * written. It is kept for every finished epoch, and everything else is a function of it and of the
 * results: so a search that goes on reads what was done, and comes to where it was.
 *
 * <p>Only models that may still be the best are kept. Nothing else may be writing in the folder
 * ({@link dev.elbo.io.FolderLock}). Not for use by several threads.
 */
public final class BudgetSearch {

  private final SearchFolder folder;
  private final SearchSpace space;
  private final Rungs rungs;
  private final TimedSteps steps;

  /** Every trial as far as it is known, by its number, from 1: that of its draw. */
  private final SortedMap<Integer, HalvedTrial> trials = new TreeMap<>();

  /** Number of combinations that were drawn; some of them may have been left out. */
  private int drawn;

  /** The best of the trials that are not trained any further; null before the first. */
  private HalvedTrial champion;

  /**
   * How long a search may take.
   *
   * @param time what its trials may take together
   * @param nanoTime a clock, as {@link System#nanoTime}
   */
  public record Budget(Duration time, LongSupplier nanoTime) {

    /** In seconds. */
    double seconds() {
      return time.toNanos() / 1e9;
    }

    /** Seconds since the clock showed a time. */
    double since(long start) {
      return (nanoTime.getAsLong() - start) / 1e9;
    }
  }

  /**
   * What a search is: a search that goes on must be the same.
   *
   * @param dataSha256 hash of the data
   * @param budgetSeconds its time
   * @param seed decides what is drawn
   * @param space what is drawn from
   * @param first the options of the first point of the space: its other options are those of all
   */
  private record Definition(
      String dataSha256, double budgetSeconds, long seed, SearchSpace space, RunOptions first) {}

  /** Trains a model. */
  @FunctionalInterface
  public interface Training {
    /**
     * Trains, or goes on with the training that was begun, until it is enough.
     *
     * @param dir the model directory; it may not exist yet
     * @param run what to train
     * @param enough as {@link dev.elbo.train.TrainingRun#run} takes it; a baseline does not ask
     */
    void train(Path dir, RunOptions run, Predicate<Progress> enough);
  }

  /**
   * A search that begins, or goes on if the folder has begun the same.
   *
   * @param folder where to search; it exists
   * @param dataSha256 hash of the data
   * @param budget how long it may take
   * @param space what to draw from
   * @param seed decides what is drawn
   * @param point makes a trial of what was drawn; empty if such options cannot stand together, and
   *     there is none. The first of the space can.
   * @param training trains it
   * @param note is told what is going on
   * @throws ElboException if the folder has another search
   */
  public BudgetSearch(
      Path folder,
      String dataSha256,
      Budget budget,
      SearchSpace space,
      long seed,
      Function<SortedMap<String, String>, Optional<Point>> point,
      Training training,
      Consumer<String> note) {
    IntFunction<SortedMap<String, String>> draws = space.draws(seed);
    IntFunction<Optional<Point>> points = trial -> point.apply(draws.apply(trial - 1));
    RunOptions first = point.apply(space.first()).orElseThrow().run();
    this.space = space;
    this.rungs = Rungs.of(first);
    this.folder =
        new SearchFolder(
            folder,
            new Definition(dataSha256, budget.seconds(), seed, space, first),
            Definition.class);
    this.steps = new TimedSteps(this.folder, budget, rungs, points, training, note);
  }

  /** The table of all trials so far. */
  public Path results() {
    return folder.results();
  }

  /** The model directory of the best trial; after {@link #run}. */
  public Path best() {
    return folder.trial(champion.trial().trial());
  }

  /** Seconds that the trials took. */
  public double seconds() {
    return steps.spent();
  }

  /** How many of the combinations that were drawn have options that cannot stand together. */
  public int leftOut() {
    return drawn - trials.size();
  }

  /**
   * Makes trials until the time is up, or every combination was drawn. To be called once.
   *
   * @return all of them, the best first; its model is in its directory
   * @throws ElboException if every trial failed, or a file cannot be read or written
   */
  public List<HalvedTrial> run() {
    while (steps.hasTime() && canDraw()) {
      bracket();
    }
    writeTable();
    if (champion.trial().error() != null) {
      throw ElboException.in(
          folder.path(),
          "every trial failed; the first: " + trials.firstEntry().getValue().trial().error());
    }
    return bestFirst(trials.values());
  }

  private boolean canDraw() {
    return drawn < space.size();
  }

  private void writeTable() {
    HalvedTrial.table(bestFirst(trials.values())).write(results());
  }

  private static List<HalvedTrial> bestFirst(Collection<HalvedTrial> trials) {
    return trials.stream().sorted(HalvedTrial.BEST_FIRST).toList();
  }

  private void bracket() {
    List<HalvedTrial> running = firstRung();
    for (int rung = 1; rung < rungs.size() && steps.hasTime(); rung++) {
      running = climb(running, rung);
    }
    running.forEach(this::settle);
  }

  /**
   * Draws, for as long as the first rung may take, but at least as many as it takes for one to be
   * the best of them: the first trial of a program is a slow one.
   */
  private List<HalvedTrial> firstRung() {
    double until = steps.spent() + rungs.shareOfFirst() * steps.left();
    var running = new ArrayList<HalvedTrial>();
    do {
      int number = ++drawn;
      if (steps.canMake(number)) {
        HalvedTrial begun = steps.step(number, 0, /* before= */ 0);
        trials.put(number, begun);
        if (rungs.size() == 1) {
          settle(begun); // Of a baseline there may be thousands: too many to be kept.
        } else {
          running.add(begun);
        }
      }
    } while (canDraw() && steps.hasTime() && (steps.spent() < until || running.size() < Rungs.ETA));
    return running;
  }

  /** Takes the best third to the next rung, the best first, and gives up the others. */
  private List<HalvedTrial> climb(List<HalvedTrial> running, int rung) {
    List<HalvedTrial> ranked = bestFirst(running);
    int kept = Rungs.kept(ranked.size());
    ranked.subList(kept, ranked.size()).forEach(this::settle);
    var reached = new ArrayList<HalvedTrial>();
    for (HalvedTrial best : ranked.subList(0, kept)) {
      HalvedTrial now = best;
      if (best.trial().error() == null && steps.hasTime()) {
        now = steps.step(best.trial().trial(), rung, best.seconds());
        trials.put(now.trial().trial(), now);
      }
      reached.add(now);
    }
    return reached;
  }

  /** A trial that is trained no further is kept if it is the best of these, and deleted if not. */
  private void settle(HalvedTrial trial) {
    if (champion != null && HalvedTrial.BEST_FIRST.compare(champion, trial) <= 0) {
      delete(trial);
      return;
    }
    if (champion != null) {
      delete(champion);
    }
    champion = trial;
    writeTable();
  }

  private void delete(HalvedTrial trial) {
    SavedModel.delete(folder.trial(trial.trial().trial()));
  }
}
