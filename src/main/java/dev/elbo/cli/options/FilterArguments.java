package dev.elbo.cli.options;

import dev.elbo.ElboException;
import dev.elbo.cli.terminal.Console;
import dev.elbo.data.IdIndex;
import dev.elbo.io.Ids;
import dev.elbo.io.Printable;
import dev.elbo.recommend.ItemFilter;
import dev.elbo.train.SavedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/** Which items may be recommended. */
public final class FilterArguments {

  @Option(
      names = "--exclude",
      paramLabel = "ID[,ID...]",
      description = "items never to recommend, written as in --items")
  private String exclude;

  @Option(
      names = "--exclude-file",
      paramLabel = "FILE",
      description = "items never to recommend, an id a line")
  private Path excludeFile;

  @Option(
      names = "--only",
      paramLabel = "ID[,ID...]",
      description = "recommend none but these items, written as in --items")
  private String only;

  @Option(
      names = "--only-file",
      paramLabel = "FILE",
      description = "recommend none but these items, an id a line")
  private Path onlyFile;

  /** Whether not every item may be recommended. */
  public boolean areGiven() {
    return exclude != null || excludeFile != null || only != null || onlyFile != null;
  }

  /**
   * The filter for a model.
   *
   * @throws ElboException if the model knows none of the items that may be recommended
   */
  public ItemFilter filter(SavedModel saved, Console console) {
    ItemFilter filter =
        ItemFilter.NONE.excluding(numbers("--exclude", exclude, excludeFile, saved, console));
    if (only == null && onlyFile == null) {
      return filter;
    }
    int[] allowed = numbers("--only", only, onlyFile, saved, console);
    if (allowed.length == 0) {
      throw new ElboException("the model knows none of the items that may be recommended");
    }
    return filter.only(saved.itemIds().size(), allowed);
  }

  private static int[] numbers(
      String option, String listed, Path file, SavedModel saved, Console console) {
    List<String> ids = new ArrayList<>();
    if (listed != null) {
      ids.addAll(HistorySource.split(option, listed, console));
    }
    if (file != null) {
      ids.addAll(Ids.readLoosely(file));
    }
    if (ids.isEmpty()) {
      return new int[0];
    }
    var index = new IdIndex(saved.itemIds());
    Set<String> unknown = new LinkedHashSet<>(ids);
    unknown.removeIf(id -> index.of(id) != IdIndex.UNKNOWN);
    if (!unknown.isEmpty()) {
      console.note(
          "%s: %,d item(s) that the model does not know: %s"
              .formatted(option, unknown.size(), Printable.some(unknown)));
    }
    return index.known(ids);
  }
}
