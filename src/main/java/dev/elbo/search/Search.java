package dev.elbo.search;

import dev.elbo.ElboException;
import dev.elbo.io.AtomicFile;
import dev.elbo.io.Json;
import dev.elbo.model.KlAnnealing;
import dev.elbo.train.Checkpoint;
import dev.elbo.train.Checkpoint.Progress;
import dev.elbo.train.Criterion;
import dev.elbo.train.RunOptions;
import dev.elbo.train.SavedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A search in a folder: each of its trials is a model directory there. One that was stopped goes on
 * where it was. Nothing else may be writing there ({@link dev.elbo.io.FolderLock}).
 */
public final class Search {

  private static final String TRIAL = "trial.json";

  private final SearchFolder folder;
  private final Definition definition;
  private final List<String> labels;
  private final Training training;
  private final Consumer<String> note;

  /**
   * What a search is: a search that goes on must be the same.
   *
   * @param dataSha256 hash of the data
   * @param annealBeta whether each trial is made of two runs
   * @param trials the options of each trial, in order; of its first run, if it is made of two
   */
  private record Definition(String dataSha256, boolean annealBeta, List<RunOptions> trials) {}

  /** Trains a model. */
  @FunctionalInterface
  public interface Training {
    /**
     * Trains, or finishes the training that was begun.
     *
     * @param dir the model directory; it may not exist yet
     * @param run what to train
     */
    void train(Path dir, RunOptions run);
  }

  /**
   * A trial to be made.
   *
   * @param label what to call it
   * @param run its options
   */
  public record Point(String label, RunOptions run) {}

  /**
   * A search that begins, or goes on if the folder has begun the same.
   *
   * @param folder where to search; it exists
   * @param dataSha256 hash of the data
   * @param annealBeta whether each trial is made of two runs (Liang et al. 2018, section 2.2.2):
   *     one in which beta rises as the options say, and one in which its cap is the beta of the
   *     first one's best epoch
   * @param points the trials, in order
   * @param training makes them
   * @param note is told what is going on
   * @throws ElboException if the folder has another search
   */
  public Search(
      Path folder,
      String dataSha256,
      boolean annealBeta,
      List<Point> points,
      Training training,
      Consumer<String> note) {
    this.definition =
        new Definition(dataSha256, annealBeta, points.stream().map(Point::run).toList());
    this.folder = new SearchFolder(folder, definition, Definition.class);
    this.labels = points.stream().map(Point::label).toList();
    this.training = training;
    this.note = note;
  }

  static boolean isFinished(Path trial) {
    return Files.exists(trial.resolve(TRIAL));
  }

  /** The table of all trials so far. */
  public Path results() {
    return folder.results();
  }

  /**
   * Makes what trials are not made yet.
   *
   * @return all of them, the best first
   * @throws ElboException if every trial failed, or a file cannot be read or written
   */
  public List<SearchTrial> run() {
    List<SearchTrial> done = new ArrayList<>();
    for (int trial = 1; trial <= labels.size(); trial++) {
      done.add(trial(trial));
      done.sort(SearchTrial.BEST_FIRST);
      if (!isFinished(folder.trial(trial + 1))) { // The next one's line would follow at once.
        ResultsTable.of(done).write(results());
      }
    }
    if (done.getFirst().error() != null) {
      throw ElboException.in(
          folder.path(), "every trial failed; the first: " + done.getFirst().error());
    }
    return done;
  }

  /** What came of a trial, which is made or finished now if it was not before. */
  private SearchTrial trial(int trial) {
    Path dir = folder.trial(trial);
    Path result = dir.resolve(TRIAL);
    if (isFinished(dir)) {
      return Json.read(result, SearchTrial.class);
    }
    if (Files.exists(dir)) {
      Stream.of(TRIAL, BetaSearch.CSV, BetaSearch.PICTURE)
          .map(dir::resolve)
          .forEach(AtomicFile::deleteLeftovers);
    }
    RunOptions run = definition.trials().get(trial - 1);
    note.accept("Trial %d of %d: %s".formatted(trial, labels.size(), labels.get(trial - 1)));
    try {
      if (definition.annealBeta()) {
        run = trainTwice(dir, (RunOptions.OfNetwork) run);
      } else {
        training.train(dir, run);
      }
    } catch (ElboException e) {
      if (e.file().isPresent()) {
        throw e; // Not a fault of the options: when it is mended, the search goes on.
      }
      note.accept("Trial %d failed: %s".formatted(trial, e.getMessage()));
      return new SearchTrial(trial, run, 0, new LinkedHashMap<>(), e.getMessage());
    }
    SavedModel.Description model = SavedModel.read(dir).description();
    SearchTrial done = new SearchTrial(trial, run, model.bestEpoch(), model.validation(), null);
    Json.write(result, done);
    return done;
  }

  /** Makes the two runs of a trial, and returns the options of the second. */
  private RunOptions trainTwice(Path dir, RunOptions.OfNetwork run) {
    Path first = dir.resolve(BetaSearch.ANNEALED);
    training.train(first, run);
    Progress annealed = Checkpoint.progress(first);
    Criterion criterion = run.training().select();
    double cap = BetaSearch.cap(annealed);
    note.accept(
        "%s is best in epoch %d, where beta is %s: again, with that for its cap"
            .formatted(criterion.name(), annealed.bestEpoch(), cap));
    var rise = (KlAnnealing.Beta) run.training().annealing();
    RunOptions.OfNetwork capped = run.with(run.training().with(rise.with(cap)));
    training.train(dir, capped);
    new BetaSearch(criterion, annealed.epochs(), cap, Checkpoint.progress(dir).epochs())
        .write(dir, note);
    return capped;
  }
}
