package dev.elbo.spark;

import dev.elbo.ElboException;
import dev.elbo.cli.options.FilterArguments;
import dev.elbo.cli.options.Histories;
import dev.elbo.cli.options.HistorySource;
import dev.elbo.cli.options.ModelArgument;
import dev.elbo.cli.options.Positive;
import dev.elbo.cli.options.ReadingArguments;
import dev.elbo.cli.terminal.Console;
import dev.elbo.cli.terminal.Section;
import dev.elbo.data.Interactions;
import dev.elbo.data.read.ReadingOptions;
import dev.elbo.engine.Ranked;
import dev.elbo.recommend.ItemFilter;
import dev.elbo.recommend.Recommender;
import dev.elbo.train.SavedModel;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code recommend}: the best items for any number of users, with the scores of the CLI. */
@Command(
    name = "recommend",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description =
        "Recommend items to users by what they have: Parquet with the columns user, rank, item and"
            + " score, a row for each item.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  tools/spark/run recommend --model-dir model --histories logs/ --out top.parquet",
      "  tools/spark/run recommend --model-dir model --histories log.parquet -k 100 --out top"
    })
final class RecommendJob implements Runnable {

  /** Users that are scored at a time. */
  private static final int BATCH = 500;

  private static final StructType SCHEMA =
      new StructType()
          .add("user", DataTypes.StringType, /* nullable= */ false)
          .add("rank", DataTypes.IntegerType, /* nullable= */ false)
          .add("item", DataTypes.StringType, /* nullable= */ false)
          .add("score", DataTypes.DoubleType, /* nullable= */ false);

  @Mixin private Console console;
  @Mixin private ModelArgument model;

  @Section(Section.Of.FILES)
  @Option(
      names = "--histories",
      arity = "1..*",
      required = true,
      paramLabel = "FILE",
      description =
          "files, or folders of part files, as `prepare` reads them, with any users; what options"
              + " of reading are not given are as they were for the model's data")
  private List<Path> histories;

  @Section(Section.Of.FILES)
  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "where Spark writes the Parquet files: a path, or hdfs://..., s3a://...")
  private String out;

  @Option(names = "-k", converter = Positive.class, description = "how many items for each user")
  private int k = 10;

  @Mixin private FilterArguments filters;
  @Mixin private ReadingArguments reading;
  @Mixin private LogArguments logs;

  /**
   * What there is to recommend by.
   *
   * @param users number of users
   * @param usable number of those of whom the model knows an item that counts
   * @param rated whether there are ratings
   * @param error what is wrong with a rating; null if nothing is
   */
  private record Survey(long users, long usable, boolean rated, ElboException error)
      implements Serializable {

    static Survey of(EventBlock block, SavedModel saved, String file) {
      Interactions events = block.interactions();
      if (saved.ratings().isPresent() && events.hasRatings()) {
        try {
          HistorySource.requireWithin(saved.ratings().get(), events, Path.of(file));
        } catch (ElboException e) {
          return new Survey(0, 0, true, e);
        }
      }
      Histories histories = Histories.of(events, saved);
      long usable = IntStream.range(0, histories.size()).filter(histories::isUsable).count();
      return new Survey(histories.size(), usable, events.hasRatings(), null);
    }

    Survey and(Survey other) {
      return new Survey(
          users + other.users,
          usable + other.usable,
          rated || other.rated,
          error == null ? other.error : error);
    }
  }

  @Override
  public void run() {
    SavedModel saved = model.read(console);
    saved.requireUsersRows();
    ItemFilter filter = filters.filter(saved, console);
    ReadingOptions how = reading.options(saved.description().reading(), console);
    try (Cluster cluster = Cluster.of("elbo recommend")) {
      requireAbsent(cluster);
      console.note("Reading %s ...".formatted(histories));
      Logs read = Logs.read(cluster.context(), histories, how, logs.partBytes());
      HistorySource.noteBadLines(read.provenance(), console);
      int partitions = logs.partitions(read.parts(), cluster.context().defaultParallelism());
      JavaRDD<EventBlock> users =
          read.byUser(partitions)
              .map(RecommendJob::withoutDuplicates)
              .persist(StorageLevel.MEMORY_AND_DISK());
      Broadcast<SharedModel> shared = cluster.context().broadcast(SharedModel.of(saved));
      String file = histories.getFirst().toString();
      Survey survey =
          users
              .map(block -> Survey.of(block, SharedModel.load(shared).saved(), file))
              .reduce(Survey::and);
      check(survey, saved);
      read.blocks().unpersist();
      int count = k;
      JavaRDD<Row> rows =
          users.flatMap(block -> rows(block, SharedModel.load(shared), filter, count));
      write(cluster.session().createDataFrame(rows, SCHEMA));
      console.say("%s: recommendations to %,d user(s)".formatted(out, survey.usable));
      console.json(() -> Map.of("out", out, "users", survey.usable));
    }
  }

  private void write(Dataset<Row> rows) {
    try {
      rows.write().parquet(out);
    } catch (Exception e) { // Scala's methods declare none
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      throw new ElboException("%s: cannot be written: %s".formatted(out, cause.getMessage()), e);
    }
  }

  private void requireAbsent(Cluster cluster) {
    try {
      var folder = new org.apache.hadoop.fs.Path(out);
      if (folder
          .getFileSystem(cluster.session().sparkContext().hadoopConfiguration())
          .exists(folder)) {
        throw new ElboException(
            "%s: expected no such folder yet, found one; choose another --out".formatted(out));
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new ElboException("%s: cannot be written: %s".formatted(out, e.getMessage()), e);
    }
  }

  private static EventBlock withoutDuplicates(EventBlock block) {
    return block.inOrder(block.interactions().lastOfEach().stream().toArray());
  }

  private void check(Survey survey, SavedModel saved) {
    if (survey.error != null) {
      throw survey.error;
    }
    if (saved.ratings().isPresent() && !survey.rated) {
      throw ElboException.in(
          histories.getFirst(), "the model reads ratings; expected a file with them, found none");
    }
    if (survey.usable == 0) {
      throw ElboException.in(
          histories.getFirst(),
          "no user has a %s item that the model knows; %s"
              .formatted(Histories.used(saved), model.itemsOf(saved)));
    }
    if (survey.usable < survey.users) {
      console.note(
          "Nothing to recommend to %,d user(s) without a %s item that the model knows."
              .formatted(survey.users - survey.usable, Histories.used(saved)));
    }
  }

  /** What the users of a block are recommended; so many are scored at a time as are asked for. */
  private static Iterator<Row> rows(
      EventBlock block, SharedModel.Loaded loaded, ItemFilter filter, int k) {
    Histories histories = Histories.of(block.interactions(), loaded.saved());
    return IntStream.iterate(0, from -> from < histories.size(), from -> from + BATCH)
        .boxed()
        .flatMap(from -> rows(histories, from, loaded, filter, k))
        .iterator();
  }

  private static Stream<Row> rows(
      Histories histories, int from, SharedModel.Loaded loaded, ItemFilter filter, int k) {
    int[] users = IntStream.range(from, Math.min(from + BATCH, histories.size())).toArray();
    List<Row> rows = new ArrayList<>();
    Recommender.recommend(
        loaded.scorer(),
        histories.liked().select(users),
        histories.known().select(users),
        filter,
        k,
        (n, items) -> {
          int rank = 0;
          for (Ranked ranked : loaded.saved().shown(items)) {
            rank++;
            rows.add(
                RowFactory.create(
                    histories.queries().get(users[n]),
                    rank,
                    loaded.saved().itemIds().get(ranked.item()),
                    ranked.score()));
          }
        });
    return rows.stream();
  }
}
