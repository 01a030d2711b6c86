package dev.elbo.cli.terminal;

import dev.elbo.data.read.TitlesReader;
import dev.elbo.engine.Ranked;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Shows ranked items, with titles if a file with them is given. */
public final class Titles {

  @ArgGroup(exclusive = false)
  private Source source;

  private Map<String, String> titles;

  /** The file with titles, and its columns. */
  private static final class Source {
    @Option(
        names = "--titles",
        required = true,
        paramLabel = "FILE",
        description =
            "titles of items: movies.dat, movies.csv, u.item, or a CSV with a title column")
    private Path file;

    @Option(
        names = "--title-id-column",
        paramLabel = "NAME",
        description = "the column of --titles with the item's id, if it has no usual name")
    private String idColumn;

    @Option(
        names = "--title-column",
        paramLabel = "NAME",
        description = "the column of --titles with the title, if it has no usual name")
    private String titleColumn;
  }

  /** Reads the titles, if there is a file; to be called before any work is done. */
  public void read() {
    titles =
        source == null
            ? Map.of()
            : TitlesReader.read(
                source.file,
                Optional.ofNullable(source.idColumn),
                Optional.ofNullable(source.titleColumn));
  }

  /** Whether there is a file with titles. */
  public boolean isGiven() {
    return source != null;
  }

  /** The titles by the items' external ids, as far as there are any. */
  public Map<String, String> byId() {
    return titles;
  }

  /**
   * Ranked items by their names.
   *
   * @param query whose they are, or what they are like
   * @param ranked the items, best first
   * @param itemIds external id of each item of the model
   */
  public RankedItems named(String query, List<Ranked> ranked, List<String> itemIds) {
    return RankedItems.of(
        query,
        ranked.stream()
            .map(
                item -> {
                  String id = itemIds.get(item.item());
                  return new RankedItems.Item(id, item.score(), titles.get(id));
                })
            .toList());
  }
}
