package dev.elbo.cli.options;

import dev.elbo.ElboException;
import dev.elbo.cli.terminal.Console;
import dev.elbo.cli.terminal.Interruption;
import dev.elbo.cli.terminal.PreparedSummary;
import dev.elbo.cli.terminal.Section;
import dev.elbo.data.DataDescription;
import dev.elbo.data.Filter;
import dev.elbo.data.Filtered;
import dev.elbo.data.HeldOutUsers;
import dev.elbo.data.IdType;
import dev.elbo.data.PreparedData;
import dev.elbo.data.Split;
import dev.elbo.data.read.Provenance;
import dev.elbo.data.read.ReadingOptions;
import dev.elbo.data.split.Partition;
import dev.elbo.io.FolderLock;
import dev.elbo.io.Printable;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** From ratings files to data that models are trained and judged on, whoever reads and filters. */
public final class PreparingArguments {

  /** The ways to split. */
  enum Kind {
    strong,
    weak,
    temporal,
    none
  }

  /** Events that were read, one for each user and item, wherever they are held. */
  public interface Events {

    /** Where they come from. */
    Provenance provenance();

    /**
     * What is said of it in the data.
     *
     * @param how how it was read
     * @param shuffleSeed seed of the order that the events are put in; null for that of the files
     */
    DataDescription.Source source(ReadingOptions how, Long shuffleSeed);

    /** What their ratings look like. */
    PreparedSummary.Ratings ratings();

    /** What the column of user ids holds. */
    IdType userIdType();

    /** All ids of users, by first appearance. */
    List<String> userIds();

    /** All ids of items, by first appearance. */
    List<String> itemIds();

    /**
     * Those that are kept.
     *
     * @param shuffleSeed seed of the order that the events are put in before; null for that of the
     *     files
     * @throws ElboException if there are none
     */
    Filtered kept(Filter filter, Long shuffleSeed);
  }

  /** Reads ratings files as one. */
  @FunctionalInterface
  public interface Reader {
    /**
     * Reads them.
     *
     * @throws ElboException if a file cannot be read, or holds what is not expected
     */
    Events read(List<Path> ratings, ReadingOptions how);
  }

  private static final String HELD_OUT_USERS = "--heldout-users";
  private static final String VALIDATION = "--validation";

  /** From this rating on an item counts as liked. */
  private static final double LIKED = 4;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Section(Section.Of.FILES)
  @Option(
      names = "--ratings",
      arity = "1..*",
      required = true,
      paramLabel = "FILE",
      description =
          "MovieLens .dat, u.data or CSV, RecBole .inter, any CSV or TSV with a header, fields"
              + " separated by spaces, JSON lines or an array, Parquet; also in gzip or zip; a"
              + " folder of part-* files; - for standard input. Several are read as one")
  private List<Path> ratings;

  @Section(Section.Of.FILES)
  @Option(
      names = "--out",
      required = true,
      paramLabel = "DATA",
      description = "directory to write; earlier prepared data there is replaced")
  private Path out;

  @Section(Section.Of.FILTER)
  @Option(
      names = "--explicit",
      description = "keep the ratings' values, for models that predict ratings")
  private boolean explicit;

  @Section(Section.Of.FILTER)
  @Option(
      names = "--min-rating",
      description =
          "keep ratings from this on (default: "
              + LIKED
              + "; with --explicit or --weight-column, all of them)")
  private Double minRating;

  @Section(Section.Of.FILTER)
  @Option(names = "--min-user-items", description = "keep users with this many items")
  private int minUserItems = 5;

  @Section(Section.Of.FILTER)
  @Option(names = "--min-item-users", description = "keep items with this many users")
  private int minItemUsers = 0;

  @Section(Section.Of.FILTER)
  @Option(names = "--k-core", description = "repeat the two minimums until both hold")
  private boolean kCore;

  @Section(Section.Of.SPLIT)
  @Option(
      names = "--split",
      description =
          "strong: held-out users are not trained on; weak: random records of all users; temporal:"
              + " held-out users, and of these the latest items; none: everything is trained on,"
              + " for a model to be used and not judged. One of ${COMPLETION-CANDIDATES}")
  private Kind split = Kind.strong;

  @Section(Section.Of.SPLIT)
  @Option(
      names = HELD_OUT_USERS,
      paramLabel = "N",
      description =
          "validation users, and as many test users: a number, or a share below 1; not for weak")
  private double heldOutUsers = 0.1;

  @Section(Section.Of.SPLIT)
  @Option(
      names = "--holdout",
      description = "share of a held-out user's items to find again; for weak, of all records")
  private double holdout = 0.2;

  @Section(Section.Of.SPLIT)
  @Option(
      names = VALIDATION,
      paramLabel = "SHARE",
      description =
          "for weak: share of all records that are for validation (default: as for test,"
              + " --holdout)")
  private Double validation;

  @Section(Section.Of.SPLIT)
  @Option(names = "--seed", description = "seed of the split")
  private long seed = 98765;

  @Section(Section.Of.SPLIT)
  @Option(
      names = "--shuffle-lines",
      paramLabel = "SEED",
      description =
          "put the lines in a random order first: what is held out, and the order of equal times,"
              + " depend on that of the file")
  private Long shuffleLines;

  @Mixin private ReadingArguments reading;

  private boolean written;

  /**
   * Prepares the data as the options say.
   *
   * @param console where to say how it goes
   * @param reader reads the files
   */
  public void prepare(Console console, Reader reader) {
    Split howToSplit = console.checked(() -> split(console));
    if (shuffleLines != null) {
      console.checked(() -> Split.requireSeed("shuffleLines", shuffleLines));
    }
    if (explicit && reading.weighs()) {
      throw console.wrongUsage(
          "--explicit: keeps ratings to predict, and %s holds counts; leave one of them out"
              .formatted(ReadingArguments.WEIGHT_COLUMN));
    }
    boolean all = explicit || reading.weighs();
    Double least = minRating != null || all ? minRating : Double.valueOf(LIKED);
    Filter filter = console.checked(() -> new Filter(least, minItemUsers, minUserItems, kCore));
    ReadingOptions how = reading.options(ReadingOptions.DEFAULT, console);
    try (FolderLock lock = console.lock(out);
        var interruption = new Interruption(console, () -> whatIsKept(console, lock))) {
      console.note(
          "Reading %s ..."
              .formatted(ratings.stream().map(Path::toString).collect(Collectors.joining(", "))));
      prepare(reader.read(ratings, how), how, filter, howToSplit, console, interruption);
    }
  }

  private String whatIsKept(Console console, FolderLock lock) {
    lock.close(); // nothing is written any more
    return written
        ? "Stopped. %s is written; nothing is missing.".formatted(out)
        : "Stopped. %s is as it was; the same `%s` command begins again."
            .formatted(out, console.command());
  }

  private void prepare(
      Events read,
      ReadingOptions how,
      Filter filter,
      Split howToSplit,
      Console console,
      Interruption interruption) {
    if (explicit && read.ratings() == PreparedSummary.Ratings.NONE) {
      throw ElboException.in(
          ratings.getFirst(),
          "--explicit: expected ratings with values, found none; leave the option out");
    }
    noteSameNumbers("users", read.userIdType(), read.userIds(), console);
    noteSameNumbers("items", IdType.of(read.itemIds()), read.itemIds(), console);
    Filtered kept = read.kept(filter, shuffleLines);
    PreparedData data =
        Partition.divide(
            explicit ? kept : kept.withoutRatings(), howToSplit, read.source(how, shuffleLines));
    interruption.whole(
        () -> {
          data.write(out);
          written = true;
        });
    new PreparedSummary(console, data.description(), read.provenance(), read.ratings())
        .say(minRating != null || reading.weighs(), explicit);
    console.say("Wrote %s".formatted(out));
    console.json(data::description);
  }

  private static void noteSameNumbers(String what, IdType type, List<String> ids, Console console) {
    List<String> same = type.sameNumbers(ids);
    if (!same.isEmpty()) {
      console.note(
          "These are different %s here, since ids are text; pandas would read them as one number: %s"
              .formatted(what, Printable.some(same)));
    }
  }

  private Split split(Console console) {
    if (split == Kind.weak
        && spec.commandLine().getParseResult().hasMatchedOption(HELD_OUT_USERS)) {
      throw console.wrongUsage(
          HELD_OUT_USERS + ": --split weak holds out records of all users; leave the option out");
    }
    if (split == Kind.none) {
      requireNothingOfSplit(console);
    }
    if (split != Kind.weak && validation != null) {
      throw console.wrongUsage(
          VALIDATION + ": only --split weak holds out records of all users; leave the option out");
    }
    return switch (split) {
      case strong -> new Split.Strong(new HeldOutUsers(heldOutUsers), holdout, seed);
      case weak -> new Split.Weak(holdout, validation, seed);
      case none -> new Split.None();
      case temporal -> new Split.Temporal(new HeldOutUsers(heldOutUsers), holdout, seed);
    };
  }

  private void requireNothingOfSplit(Console console) {
    for (String option : List.of(HELD_OUT_USERS, "--holdout", VALIDATION, "--seed")) {
      if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw console.wrongUsage(option + ": --split none holds out nothing; leave the option out");
      }
    }
  }
}
