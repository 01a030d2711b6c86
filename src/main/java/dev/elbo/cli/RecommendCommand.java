package dev.elbo.cli;

import dev.elbo.ElboException;
import dev.elbo.data.Batch;
import dev.elbo.data.Columns;
import dev.elbo.data.CsrMatrix;
import dev.elbo.data.Interactions;
import dev.elbo.data.RatingsReader;
import dev.elbo.engine.Engine;
import dev.elbo.recommend.Ranked;
import dev.elbo.recommend.Recommender;
import dev.elbo.train.SavedModel;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code elbo recommend}: the best items for histories. */
@Command(
    name = "recommend",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description =
        "Recommend items to users by what they have, whether or not they were trained on.")
final class RecommendCommand implements Runnable {

  @Mixin private Console console;

  @Option(
      names = "--model-dir",
      required = true,
      paramLabel = "MODEL",
      description = "directory that `elbo train` made")
  private Path modelDir;

  @ArgGroup(multiplicity = "1")
  private Source source;

  /** Where the histories come from. */
  static final class Source {
    @Option(
        names = "--items",
        split = ",",
        paramLabel = "ID",
        description = "the items of one user, as the ratings file names them")
    private List<String> items;

    @Option(
        names = "--histories",
        paramLabel = "FILE",
        description =
            "a file as `elbo prepare` reads it, with any users; ratings below the one that the"
                + " model's data was filtered by do not count")
    private Path histories;
  }

  @Option(names = "-k", converter = Positive.class, description = "how many items for each user")
  private int k = 10;

  @Mixin private Titles titles;
  @Mixin private EngineOptions engineOptions;

  /** A user's items: as numbers in the model, and as ids that it does not know. */
  private record History(String query, IntArrayList items, Set<String> unknown) {}

  @Override
  public void run() {
    titles.read();
    SavedModel saved = SavedModel.read(modelDir);
    List<History> histories = histories(saved);
    reportUnknown(histories, saved);
    List<List<Ranked>> ranked = new ArrayList<>();
    try (Engine engine = engineOptions.create(saved)) {
      for (int from = 0; from < histories.size(); from += EvaluateCommand.BATCH_SIZE) {
        int to = Math.min(from + EvaluateCommand.BATCH_SIZE, histories.size());
        Batch batch = batch(histories.subList(from, to), saved.itemIds().size());
        ranked.addAll(Recommender.recommend(engine, batch, k));
      }
    }
    List<Map<String, Object>> results = new ArrayList<>();
    for (int n = 0; n < histories.size(); n++) {
      if (source.histories != null) {
        console.say("User %s:".formatted(histories.get(n).query()));
      }
      titles.say(console, ranked.get(n), saved.itemIds());
      results.add(titles.document(histories.get(n).query(), ranked.get(n), saved.itemIds()));
    }
    console.json(() -> Map.of("results", results));
  }

  private List<History> histories(SavedModel saved) {
    Object2IntOpenHashMap<String> numbers = new Object2IntOpenHashMap<>();
    numbers.defaultReturnValue(-1);
    for (String id : saved.itemIds()) {
      numbers.put(id, numbers.size());
    }
    List<History> histories = new ArrayList<>();
    if (source.items != null) {
      History history = history(String.join(",", source.items));
      source.items.forEach(id -> add(history, id, numbers));
      histories.add(history);
    } else {
      Interactions read = RatingsReader.read(source.histories, Columns.RECOGNISED).interactions();
      read.userIds().forEach(user -> histories.add(history(user)));
      for (int event = 0; event < read.size(); event++) {
        if (!read.hasRatings() || read.ratings()[event] >= saved.description().minRating()) {
          add(histories.get(read.users()[event]), read.itemIds().get(read.items()[event]), numbers);
        }
      }
    }
    return histories;
  }

  private static History history(String query) {
    return new History(query, new IntArrayList(), new LinkedHashSet<>());
  }

  private static void add(History history, String id, Object2IntOpenHashMap<String> numbers) {
    int number = numbers.getInt(id);
    if (number < 0) {
      history.unknown().add(id);
    } else {
      history.items().add(number);
    }
  }

  private void reportUnknown(List<History> histories, SavedModel saved) {
    Set<String> unknown = new LinkedHashSet<>();
    histories.forEach(history -> unknown.addAll(history.unknown()));
    if (histories.stream().allMatch(history -> history.items().isEmpty())) {
      if (unknown.isEmpty()) {
        throw ElboException.in(
            source.histories,
            "no rating reaches %s, from which on the model's data counts an item as liked"
                .formatted(saved.description().minRating()));
      }
      throw new ElboException(
          "the model knows none of the items (%s); its %,d items are in %s"
              .formatted(some(unknown), saved.itemIds().size(), modelDir.resolve("items.txt")));
    }
    if (!unknown.isEmpty()) {
      console.note(
          "Skipped %,d item(s) that the model does not know: %s"
              .formatted(unknown.size(), some(unknown)));
    }
  }

  private static String some(Set<String> ids) {
    String first = String.join(", ", ids.stream().limit(10).toList());
    return ids.size() > 10 ? first + ", ..." : first;
  }

  private static Batch batch(List<History> histories, int items) {
    IntArrayList users = new IntArrayList();
    IntArrayList columns = new IntArrayList();
    for (int user = 0; user < histories.size(); user++) {
      for (int item : histories.get(user).items()) {
        users.add(user);
        columns.add(item);
      }
    }
    return Batch.range(
        CsrMatrix.of(histories.size(), items, users.toIntArray(), columns.toIntArray()),
        0,
        histories.size());
  }
}
