package dev.elbo.cli.options;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import dev.elbo.DidYouMean;
import dev.elbo.ElboException;
import dev.elbo.cli.terminal.Console;
import dev.elbo.data.Interactions;
import dev.elbo.data.PreparedData;
import dev.elbo.data.RatingScale;
import dev.elbo.data.read.Provenance;
import dev.elbo.data.read.RatingsReader;
import dev.elbo.data.read.ReadingOptions;
import dev.elbo.io.Ids;
import dev.elbo.io.Printable;
import dev.elbo.model.ModelOptions;
import dev.elbo.train.SavedModel;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Where the histories come from that {@code recommend} goes by: one of several options. */
public final class HistorySource {
  @Option(
      names = "--items",
      paramLabel = "ID[,ID...]",
      description =
          "the items of one user, as the ratings file names them; for svae in the order of time. An"
              + " id with a comma or a double quote stands in double quotes, as in CSV files")
  private String items;

  @Option(
      names = "--items-file",
      paramLabel = "FILE",
      description = "the items of one user, an id a line")
  private Path itemsFile;

  @ArgGroup(exclusive = false, multiplicity = "1")
  private HistoriesFile histories;

  @ArgGroup(exclusive = false, multiplicity = "1")
  private UsersOfData usersOfData;

  /** A file with histories. */
  private static final class HistoriesFile {
    @Option(
        names = "--histories",
        required = true,
        paramLabel = "FILE",
        description =
            "a file as `elbo prepare` reads it, with any users; ratings below the one that the"
                + " model's data was filtered by say what not to recommend, and no more. What"
                + " options of reading are not given are as they were for the model's data")
    private Path file;

    @ArgGroup(exclusive = false)
    private ReadingArguments reading = new ReadingArguments();
  }

  /** Users whose histories are known. */
  private static final class UsersOfData {
    @ArgGroup(multiplicity = "1")
    private Whose whose;

    @Option(
        names = "--data",
        required = true,
        paramLabel = "DATA",
        description = "for --user and --users: directory that `elbo prepare` made")
    private Path dataDir;
  }

  /** One user of the data, or all of a part. */
  private static final class Whose {
    @Option(
        names = "--user",
        required = true,
        paramLabel = "ID",
        description =
            "a user of the data, held out or not: by the items trained on, or the fold-in items")
    private String id;

    @Option(
        names = "--users",
        required = true,
        paramLabel = "PART",
        description = "all users of a part of the data: ${COMPLETION-CANDIDATES}")
    private Part part;
  }

  /** A part of the data. */
  private enum Part {
    all,
    train,
    validation,
    test;

    Interactions of(PreparedData data) {
      return data.histories(
          this == all
              ? List.of(PreparedData.Part.values())
              : List.of(PreparedData.Part.valueOf(name().toUpperCase(Locale.ROOT))));
    }
  }

  /** Whether there may be several users, each with an id. */
  public boolean hasUserIds() {
    return histories != null || usersOfData != null;
  }

  /** The error that no user has an item that counts as liked. */
  private ElboException withoutLiked(SavedModel saved) {
    if (usersOfData != null && usersOfData.whose.id != null) {
      return ElboException.in(
          usersOfData.dataDir,
          "user %s has no item left to go by; choose another".formatted(usersOfData.whose.id));
    }
    if (usersOfData != null) {
      return ElboException.in(
          usersOfData.dataDir,
          "there is nobody with an item to go by in this part of the data; choose another");
    }
    return ElboException.in(
        histories.file,
        "no rating reaches %s, from which on the model's data counts an item as liked"
            .formatted(saved.description().minRating()));
  }

  /**
   * The histories; what of them is of no use is said.
   *
   * @param saved the model that is to read them
   * @param model which model that is
   * @param console for what is said, and errors in how the options were used
   * @throws ElboException if a file cannot be read, or holds what the model cannot read, or nothing
   *     that it knows
   */
  public Histories read(SavedModel saved, ModelArgument model, Console console) {
    Histories read = Histories.of(events(saved, console), saved);
    Set<String> unknown = read.unknown();
    List<String> leftOut = read.unusable();
    boolean isEverybody = leftOut.size() == read.size();
    if (isEverybody && unknown.isEmpty()) {
      throw withoutLiked(saved);
    }
    if (isEverybody) {
      throw new ElboException(
          "the model knows none of the items (%s); %s"
              .formatted(Printable.some(unknown), model.itemsOf(saved)));
    }
    if (!unknown.isEmpty()) {
      console.note(
          "Skipped %,d item(s) that the model does not know: %s"
              .formatted(unknown.size(), Printable.some(unknown)));
    }
    if (!leftOut.isEmpty()) {
      console.note(
          "Nothing to recommend to %,d user(s) without a %s item that the model knows: %s"
              .formatted(leftOut.size(), Histories.used(saved), Printable.some(leftOut)));
    }
    return read;
  }

  private Interactions events(SavedModel saved, Console console) {
    if (items != null || itemsFile != null) {
      if (saved.ratings().isPresent()) {
        throw console.wrongUsage(
            "%s: the model reads ratings; give it a file of them with --histories"
                .formatted(items != null ? "--items" : "--items-file"));
      }
      return items != null
          ? ofUser(items, split("--items", items, console))
          : ofUser(itemsFile.toString(), ids(itemsFile));
    }
    Interactions read = usersOfData != null ? ofData(saved) : ofFile(saved, console);
    Path source = usersOfData != null ? usersOfData.dataDir : histories.file;
    saved.ratings().ifPresent(scale -> requireWithin(scale, read, source));
    return read;
  }

  private static List<String> ids(Path file) {
    List<String> ids = Ids.readLoosely(file);
    if (ids.isEmpty()) {
      throw ElboException.in(file, "expected ids, one a line, found none");
    }
    return ids;
  }

  /**
   * Reads a list of ids.
   *
   * @param option what it was given with
   */
  static List<String> split(String option, String items, Console console) {
    List<String> ids;
    try {
      ids =
          CsvReader.builder()
              .trimWhitespacesAroundQuotes(true)
              .allowUnclosedQuote(false)
              .ofCsvRecord(items)
              .stream()
              .flatMap(line -> line.getFields().stream())
              .map(String::strip)
              .toList();
    } catch (CsvParseException _) {
      ids = List.of();
    }
    if (ids.isEmpty() || ids.contains("")) {
      throw console.wrongUsage(
          "%s: expected ids separated by commas, found '%s'; an id with a comma or a double"
                  .formatted(option, items)
              + " quote stands in double quotes, those inside doubled: \"a, \"\"b\"\"\",c");
    }
    return ids;
  }

  private static Interactions ofUser(String query, List<String> ids) {
    List<String> items = ids.stream().distinct().toList();
    return new Interactions(
        List.of(query),
        items,
        new int[items.size()],
        IntStream.range(0, items.size()).toArray(),
        new float[0],
        new long[0]);
  }

  private Interactions ofFile(SavedModel saved, Console console) {
    ReadingOptions how = histories.reading.options(saved.description().reading(), console);
    RatingsReader.Result read = RatingsReader.read(histories.file, how);
    noteBadLines(read.provenance(), console);
    if (saved.ratings().isPresent() && !read.interactions().hasRatings()) {
      throw ElboException.in(
          histories.file, "the model reads ratings; expected a file with them, found none");
    }
    return read.interactions();
  }

  /** Says which lines of a file were left out. */
  public static void noteBadLines(Provenance read, Console console) {
    read.firstBadLine()
        .ifPresent(
            first ->
                console.note(
                    "Bad lines left out: %,d; the first is %s".formatted(read.badLines(), first)));
  }

  private Interactions ofData(SavedModel saved) {
    PreparedData data = PreparedData.read(usersOfData.dataDir);
    var required = new DataRequirements(usersOfData.dataDir, data);
    if (saved.description().model() instanceof ModelOptions options) {
      required.requireFor(options.architecture());
    } else {
      required.requireKind("the model", false);
    }
    Whose whose = usersOfData.whose;
    return whose.id == null
        ? whose.part.of(data)
        : data.history(whose.id).orElseThrow(() -> unknownUser(data));
  }

  private ElboException unknownUser(PreparedData data) {
    Set<String> users = new TreeSet<>(data.trainUserIds());
    users.addAll(data.validation().userIds());
    users.addAll(data.test().userIds());
    return ElboException.in(
        usersOfData.dataDir,
        "the data has no user '%s'%s; its %,d users are in train-users.txt, validation-users.txt"
                .formatted(
                    usersOfData.whose.id,
                    DidYouMean.among(users, usersOfData.whose.id),
                    users.size())
            + " and test-users.txt, and those with too few items were left out");
  }

  /**
   * Checks ratings that a model is to read.
   *
   * @param scale those that it knows
   * @param source where they were read from
   * @throws ElboException if one is outside of the scale
   */
  public static void requireWithin(RatingScale scale, Interactions read, Path source) {
    for (int event = 0; event < read.size(); event++) {
      float rating = read.ratings()[event];
      if (rating != scale.clip(rating)) {
        throw ElboException.in(
            source,
            "expected ratings from %s to %s, as the model's data has, found %s of item %s by user %s"
                    .formatted(
                        text(scale.levels().getFirst()),
                        text(scale.levels().getLast()),
                        text(rating),
                        read.itemIds().get(read.items()[event]),
                        read.userIds().get(read.users()[event]))
                + ": convert the file's ratings to that scale");
      }
    }
  }

  /** 5 and not 5.0. */
  private static String text(float rating) {
    return new BigDecimal(Float.toString(rating)).stripTrailingZeros().toPlainString();
  }
}
