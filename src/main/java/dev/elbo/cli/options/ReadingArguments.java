package dev.elbo.cli.options;

import dev.elbo.cli.terminal.Console;
import dev.elbo.cli.terminal.Section;
import dev.elbo.data.read.Columns;
import dev.elbo.data.read.ReadingOptions;
import dev.elbo.data.read.ReadingOptions.Layout;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** How a ratings file is to be read, where its content does not say. */
@Section(Section.Of.FILES)
public final class ReadingArguments {

  /** The option that names the column of counts. */
  public static final String WEIGHT_COLUMN = "--weight-column";

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "what a line is. events: a user and an item; user-items: a user and all their items;"
              + " count-items: the number of a user's items and the items, as in CiteULike"
              + " (default: events)")
  private Layout layout;

  @Option(
      names = "--skip-bad-lines",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = "leave lines out that are not as expected, and say how many there are")
  private Boolean skipBadLines;

  @ArgGroup(exclusive = false, heading = "Names of columns, where they are not the usual ones:%n")
  private ColumnOptions columns = new ColumnOptions();

  /** Names of columns. */
  static final class ColumnOptions {
    @Option(names = "--user-column", paramLabel = "NAME", description = "the user")
    private String user;

    @Option(names = "--item-column", paramLabel = "NAME", description = "the item")
    private String item;

    @Option(names = "--rating-column", paramLabel = "NAME", description = "the rating, or none")
    private String rating;

    @Option(
        names = WEIGHT_COLUMN,
        paramLabel = "NAME",
        description = "counts, such as of plays, read in place of ratings")
    private String weight;

    @Option(names = "--time-column", paramLabel = "NAME", description = "the time, or none")
    private String time;
  }

  /** Whether what is read in place of ratings are counts. */
  public boolean weighs() {
    return columns.weight != null;
  }

  /**
   * The options.
   *
   * @param defaults of those that are not given
   */
  public ReadingOptions options(ReadingOptions defaults, Console console) {
    if (columns.rating != null && weighs()) {
      throw console.wrongUsage(
          WEIGHT_COLUMN + ": is read in place of ratings; leave --rating-column out");
    }
    String rating = weighs() ? columns.weight : columns.rating;
    Columns usual = defaults.columns();
    Columns names =
        console.checked(
            () ->
                new Columns(
                    given(columns.user, usual.user()),
                    given(columns.item, usual.item()),
                    given(rating, usual.rating()),
                    given(columns.time, usual.time())));
    return new ReadingOptions(
        names, given(layout, defaults.layout()), given(skipBadLines, defaults.skipBadLines()));
  }

  private static <T> T given(T option, T byDefault) {
    return option != null ? option : byDefault;
  }
}
