package dev.elbo.cli.options;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import dev.elbo.DidYouMean;
import dev.elbo.ElboException;
import dev.elbo.cli.terminal.Console;
import dev.elbo.data.Interactions;
import dev.elbo.data.PreparedData;
import dev.elbo.data.RatingScale;
import dev.elbo.data.read.RatingsReader;
import dev.elbo.data.read.ReadingOptions;
import dev.elbo.io.Ids;
import dev.elbo.model.ModelOptions;
import dev.elbo.train.SavedModel;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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
  private UserOfData userOfData;

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

  /** A user whose history is known. */
  private static final class UserOfData {
    @Option(
        names = "--user",
        required = true,
        paramLabel = "ID",
        description =
            "a user of the data, held out or not: by the items trained on, or the fold-in items")
    private String id;

    @Option(
        names = "--data",
        required = true,
        paramLabel = "DATA",
        description = "for --user: directory that `elbo prepare` made")
    private Path dataDir;
  }

  /** Whether there may be several users, each with an id. */
  public boolean hasUserIds() {
    return histories != null || userOfData != null;
  }

  /** The error that no user has an item that counts as liked. */
  public ElboException withoutLiked(SavedModel saved) {
    if (userOfData != null) {
      return ElboException.in(
          userOfData.dataDir,
          "user %s has no item left to go by; choose another".formatted(userOfData.id));
    }
    return ElboException.in(
        histories.file,
        "no rating reaches %s, from which on the model's data counts an item as liked"
            .formatted(saved.description().minRating()));
  }

  /**
   * The histories.
   *
   * @param saved the model that is to read them
   * @param console for errors in how the options were used
   * @throws ElboException if a file cannot be read, or holds what the model cannot read
   */
  public List<History> read(SavedModel saved, Console console) {
    if (items != null || itemsFile != null) {
      if (saved.ratings().isPresent()) {
        throw console.wrongUsage(
            "%s: the model reads ratings; give it a file of them with --histories"
                .formatted(items != null ? "--items" : "--items-file"));
      }
      return List.of(
          items != null
              ? history(items, split("--items", items, console), saved)
              : history(itemsFile.toString(), ids(itemsFile), saved));
    }
    return histories(userOfData != null ? ofUser(saved) : ofFile(saved, console), saved);
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

  private static History history(String query, List<String> ids, SavedModel saved) {
    Object2IntOpenHashMap<String> numbers = numbers(saved);
    var history = new History(query);
    ids.forEach(id -> history.add(id, numbers.getInt(id), Float.MAX_VALUE, true));
    return history;
  }

  private Interactions ofFile(SavedModel saved, Console console) {
    ReadingOptions how = histories.reading.options(saved.description().reading(), console);
    RatingsReader.Result read = RatingsReader.read(histories.file, how);
    read.firstBadLine()
        .ifPresent(
            first ->
                console.note(
                    "Bad lines left out: %,d; the first is %s".formatted(read.badLines(), first)));
    if (saved.ratings().isPresent() && !read.interactions().hasRatings()) {
      throw ElboException.in(
          histories.file, "the model reads ratings; expected a file with them, found none");
    }
    return read.interactions();
  }

  private Interactions ofUser(SavedModel saved) {
    PreparedData data = PreparedData.read(userOfData.dataDir);
    var required = new DataRequirements(userOfData.dataDir, data);
    if (saved.description().model() instanceof ModelOptions options) {
      required.requireFor(options.architecture());
    } else {
      required.requireKind("the model", false);
    }
    return data.history(userOfData.id).orElseThrow(() -> unknownUser(data));
  }

  private ElboException unknownUser(PreparedData data) {
    Set<String> users = new TreeSet<>(data.trainUserIds());
    users.addAll(data.validation().userIds());
    users.addAll(data.test().userIds());
    return ElboException.in(
        userOfData.dataDir,
        "the data has no user '%s'%s; its %,d users are in train-users.txt, validation-users.txt"
                .formatted(userOfData.id, DidYouMean.among(users, userOfData.id), users.size())
            + " and test-users.txt, and those with too few items were left out");
  }

  private List<History> histories(Interactions read, SavedModel saved) {
    saved.ratings().ifPresent(scale -> requireWithin(scale, read));
    Object2IntOpenHashMap<String> numbers = numbers(saved);
    List<History> histories = read.userIds().stream().map(History::new).toList();
    for (int event : read.byTime()) {
      String id = read.itemIds().get(read.items()[event]);
      float rating = read.hasRatings() ? read.ratings()[event] : Float.MAX_VALUE;
      histories
          .get(read.users()[event])
          .add(id, numbers.getInt(id), rating, saved.description().likes(rating));
    }
    return histories;
  }

  /** The numbers of a model's items by their ids; of any other id -1. */
  static Object2IntOpenHashMap<String> numbers(SavedModel saved) {
    var numbers = new Object2IntOpenHashMap<String>();
    numbers.defaultReturnValue(-1);
    for (String id : saved.itemIds()) {
      numbers.put(id, numbers.size());
    }
    return numbers;
  }

  private void requireWithin(RatingScale scale, Interactions read) {
    for (int event = 0; event < read.size(); event++) {
      float rating = read.ratings()[event];
      if (rating != scale.clip(rating)) {
        throw ElboException.in(
            userOfData != null ? userOfData.dataDir : histories.file,
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
