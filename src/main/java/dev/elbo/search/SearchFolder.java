package dev.elbo.search;

import dev.elbo.ElboException;
import dev.elbo.io.AtomicFile;
import dev.elbo.io.Json;
import dev.elbo.train.SavedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The folder of a search: what the search is, a model directory for each trial, and a table. */
public final class SearchFolder {

  private static final String SEARCH = "search.json";
  private static final String RESULTS = "results.csv";
  private static final String TRIAL = "trial-";
  private static final Pattern TRIAL_NAME = Pattern.compile(TRIAL + "(\\d+)");

  private final Path folder;

  /**
   * The folder of a search that begins, or goes on if the folder has begun the same.
   *
   * @param folder it exists
   * @param definition a record: what the search is
   * @throws ElboException if the folder has another search
   */
  <T> SearchFolder(Path folder, T definition, Class<T> type) {
    this.folder = folder;
    Path file = folder.resolve(SEARCH);
    AtomicFile.deleteLeftovers(file);
    AtomicFile.deleteLeftovers(results());
    if (!Files.exists(file)) {
      Json.write(file, definition);
    } else if (!read(file, type).equals(definition)) {
      throw ElboException.in(
          folder,
          "there is a search already, of other data or options: give its own to continue it, or"
              + " choose another --out");
    }
  }

  private <T> T read(Path file, Class<T> type) {
    try {
      return Json.read(file, type);
    } catch (ElboException e) {
      throw ElboException.in(
          folder,
          "expected a search of this kind and version of Elbo, found another or damage (%s): search"
                  .formatted(e.getMessage())
              + " again, into another folder");
    }
  }

  /** Whether a directory is that of a search. */
  public static boolean isIn(Path dir) {
    return Files.isRegularFile(dir.resolve(SEARCH));
  }

  /**
   * The model directories of the trials that were finished and have a model, by number. One that
   * failed has none, and of a search with a budget only the best has one in the end.
   *
   * @param folder the folder of a search
   * @throws ElboException if it cannot be read
   */
  public static List<Path> finishedTrials(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> TRIAL_NAME.matcher(file.getFileName().toString()).matches())
          .filter(trial -> isFinished(trial) && SavedModel.isIn(trial))
          .sorted(Comparator.comparingInt(SearchFolder::number))
          .toList();
    } catch (IOException e) {
      throw ElboException.cannot("be read", folder, e);
    }
  }

  private static boolean isFinished(Path trial) {
    return Search.isFinished(trial) || TimedSteps.isFinished(trial);
  }

  private static int number(Path trial) {
    return Integer.parseInt(trial.getFileName().toString().substring(TRIAL.length()));
  }

  /** Where it is. */
  Path path() {
    return folder;
  }

  /** The model directory of a trial, by its number. */
  Path trial(int number) {
    return folder.resolve(TRIAL + number);
  }

  /** The table of all trials so far. */
  Path results() {
    return folder.resolve(RESULTS);
  }
}
