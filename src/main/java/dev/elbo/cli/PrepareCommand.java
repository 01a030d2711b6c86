package dev.elbo.cli;

import dev.elbo.ElboException;
import dev.elbo.data.Columns;
import dev.elbo.data.DataDescription;
import dev.elbo.data.DataDescription.Counts;
import dev.elbo.data.DataDescription.EvaluationCounts;
import dev.elbo.data.Filter;
import dev.elbo.data.HeldOutUsers;
import dev.elbo.data.Interactions;
import dev.elbo.data.PreparedData;
import dev.elbo.data.RatingsReader;
import dev.elbo.data.Split;
import dev.elbo.io.FolderLock;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code elbo prepare}: from a ratings file to data that models are trained and judged on. */
@Command(
    name = "prepare",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Read a ratings file, filter it, and split it for training and evaluation.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  elbo prepare --ratings ml-1m/ratings.dat --out prepared --heldout-users 750",
      "  elbo prepare --ratings log.csv --user-column who --item-column what --out data",
      "  elbo prepare --ratings ratings.csv.gz --out prepared --split temporal"
    })
final class PrepareCommand implements Runnable {

  /** The ways to split. */
  enum Kind {
    strong,
    weak,
    temporal
  }

  private static final String HELD_OUT_USERS = "--heldout-users";
  private static final String VALIDATION = "--validation";

  /** From this rating on an item counts as liked. */
  private static final double LIKED = 4;

  @Spec private CommandSpec spec;

  @Mixin private Console console;

  @Section(Section.Of.FILES)
  @Option(
      names = "--ratings",
      required = true,
      paramLabel = "FILE",
      description =
          "MovieLens .dat, u.data or CSV, Amazon reviews, any CSV or TSV with a header; gzip or"
              + " not")
  private Path ratings;

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
      description =
          "keep the ratings' values, for models that predict ratings: i-autorec, u-autorec, mfae")
  private boolean explicit;

  @Section(Section.Of.FILTER)
  @Option(
      names = "--min-rating",
      description =
          "keep ratings from this on (default: " + LIKED + "; with --explicit, all of them)")
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
              + " held-out users, and of these the latest items. One of ${COMPLETION-CANDIDATES}")
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

  @ArgGroup(exclusive = false, heading = "Names of columns, where they are not the usual ones:%n")
  private ColumnOptions columns = new ColumnOptions();

  private boolean written;

  /** Names of columns. */
  static final class ColumnOptions {
    @Option(names = "--user-column", paramLabel = "NAME", description = "the user")
    private Optional<String> user;

    @Option(names = "--item-column", paramLabel = "NAME", description = "the item")
    private Optional<String> item;

    @Option(names = "--rating-column", paramLabel = "NAME", description = "the rating, or none")
    private Optional<String> rating;

    @Option(names = "--time-column", paramLabel = "NAME", description = "the time, or none")
    private Optional<String> time;
  }

  @Override
  public void run() {
    Split howToSplit = console.checked(this::split);
    Double least = minRating != null || explicit ? minRating : Double.valueOf(LIKED);
    Filter filter = console.checked(() -> new Filter(least, minItemUsers, minUserItems, kCore));
    Columns names =
        console.checked(
            () -> new Columns(columns.user, columns.item, columns.rating, columns.time));
    try (FolderLock lock = console.lock(out);
        var interruption = new Interruption(console, () -> whatIsKept(lock))) {
      prepare(howToSplit, filter, names, interruption);
    }
  }

  private String whatIsKept(FolderLock lock) {
    lock.close(); // nothing is written any more
    return written
        ? "Stopped. %s is written; nothing is missing.".formatted(out)
        : "Stopped. %s is as it was; the same `elbo prepare` command begins again.".formatted(out);
  }

  private void prepare(Split howToSplit, Filter filter, Columns names, Interruption interruption) {
    console.note("Reading %s ...".formatted(ratings));
    RatingsReader.Result read = RatingsReader.read(ratings, names);
    if (explicit && !read.interactions().hasRatings()) {
      throw ElboException.in(
          ratings, "--explicit: expected ratings with values, found none; leave the option out");
    }
    Interactions kept = filter.apply(read.interactions());
    PreparedData data =
        howToSplit.apply(explicit ? kept : kept.withoutRatings(), source(read), filter);
    interruption.whole(
        () -> {
          data.write(out);
          written = true;
        });
    describe(data.description());
    console.say("Wrote %s".formatted(out));
    console.json(data::description);
  }

  private Split split() {
    if (split == Kind.weak
        && spec.commandLine().getParseResult().hasMatchedOption(HELD_OUT_USERS)) {
      throw console.wrongUsage(
          HELD_OUT_USERS + ": --split weak holds out records of all users; leave the option out");
    }
    if (split != Kind.weak && validation != null) {
      throw console.wrongUsage(
          VALIDATION + ": only --split weak holds out records of all users; leave the option out");
    }
    return switch (split) {
      case strong -> new Split.Strong(new HeldOutUsers(heldOutUsers), holdout, seed);
      case weak -> new Split.Weak(holdout, validation, seed);
      case temporal -> new Split.Temporal(new HeldOutUsers(heldOutUsers), holdout, seed);
    };
  }

  private DataDescription.Source source(RatingsReader.Result read) {
    return new DataDescription.Source(
        ratings.getFileName().toString(),
        read.sha256(),
        read.format(),
        read.interactions().size(),
        read.interactions().userIds().size(),
        read.interactions().itemIds().size(),
        read.duplicates());
  }

  private void describe(DataDescription data) {
    DataDescription.Source source = data.source();
    console.say(
        "Read %,d events of %,d users on %,d items (%s)."
            .formatted(source.events(), source.users(), source.items(), source.format()));
    if (source.duplicatesDropped() > 0) {
      console.say(
          "Dropped %,d earlier events on the same user and item."
              .formatted(source.duplicatesDropped()));
    }
    console.say("");
    console.say("%-12s %9s %9s %12s %10s".formatted("", "users", "items", "events", "sparsity"));
    row("filtered", data.filtered());
    row("train", data.train());
    row("validation", data.validation());
    row("test", data.test());
    console.say("");
  }

  private void row(String name, Counts counts) {
    console.say(
        "%-12s %,9d %,9d %,12d %9.2f%%"
            .formatted(
                name, counts.users(), counts.items(), counts.events(), 100 * counts.sparsity()));
  }

  private void row(String name, EvaluationCounts counts) {
    console.say(
        "%-12s %,9d %9s %,12d   of these %,d held out; %,d users without a held-out item"
            .formatted(
                name,
                counts.users(),
                "",
                counts.foldIn() + counts.heldOut(),
                counts.heldOut(),
                counts.usersWithoutHeldOut()));
  }
}
