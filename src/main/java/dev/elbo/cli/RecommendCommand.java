package dev.elbo.cli;

import dev.elbo.ElboException;
import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.data.Interactions;
import dev.elbo.data.RatingScale;
import dev.elbo.data.read.RatingsReader;
import dev.elbo.data.read.ReadingOptions;
import dev.elbo.engine.PredictedRatings;
import dev.elbo.engine.Scorer;
import dev.elbo.recommend.Ranked;
import dev.elbo.recommend.Recommender;
import dev.elbo.train.SavedModel;
import it.unimi.dsi.fastutil.floats.FloatArrayList;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntArrays;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
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
        "Recommend items to users by what they have, whether or not they were trained on.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  elbo recommend --model-dir model --items 1193,661,914 --titles movies.dat",
      "  elbo recommend --model-dir model --histories ratings.csv -k 20 --json"
    })
final class RecommendCommand implements Runnable {

  @Mixin private Console console;

  @Mixin private ModelOption model;

  @ArgGroup(multiplicity = "1")
  private Source source;

  /** Where the histories come from. */
  static final class Source {
    @Option(
        names = "--items",
        split = ",",
        paramLabel = "ID",
        description =
            "the items of one user, as the ratings file names them; for svae in the order of time")
    private List<String> items;

    @Option(
        names = "--histories",
        paramLabel = "FILE",
        description =
            "a file as `elbo prepare` reads it, with any users; ratings below the one that the"
                + " model's data was filtered by say what not to recommend, and no more")
    private Path histories;
  }

  @Option(names = "-k", converter = Positive.class, description = "how many items for each user")
  private int k = 10;

  @Mixin private Titles titles;
  @Mixin private EngineOptions engineOptions;

  /**
   * What a user has.
   *
   * @param query who it is
   * @param liked numbers of the items that the model reads, in the order of time or as given
   * @param ratings the ratings of these; none if the file has none
   * @param known numbers of all the user's items that the model knows: none is recommended
   * @param unknown ids of liked items that the model does not know
   */
  private record History(
      String query,
      SequencedSet<Integer> liked,
      FloatArrayList ratings,
      IntArrayList known,
      Set<String> unknown) {

    History(String query) {
      this(
          query,
          new LinkedHashSet<>(),
          new FloatArrayList(),
          new IntArrayList(),
          new LinkedHashSet<>());
    }

    void add(String id, int number, float rating, boolean isLiked) {
      if (number >= 0) {
        known.add(number);
      }
      if (isLiked && number >= 0) {
        liked.add(number);
        ratings.add(rating);
      } else if (isLiked) {
        unknown.add(id);
      }
    }

    /** Whether the model has something to go by; without, it ranks for nobody in particular. */
    boolean isUsable() {
      return !liked.isEmpty();
    }
  }

  @Override
  public void run() {
    titles.read();
    SavedModel saved = model.read(console);
    if (saved.readsItems()) {
      throw new ElboException(
          "the model reads an item's ratings by the users that it was trained on, and knows no"
              + " others; ask a model that reads users' rows, such as u-autorec");
    }
    List<History> histories = histories(saved);
    List<History> usable = histories.stream().filter(History::isUsable).toList();
    report(histories, usable, saved);
    Iterator<List<Ranked>> ranked =
        engineOptions
            .score(
                saved,
                saved.description().scoring().ofWholeHistories(),
                scorer -> recommend(usable, saved, scorer))
            .iterator();
    List<Map<String, Object>> results = new ArrayList<>();
    for (History history : histories) {
      List<Ranked> items = history.isUsable() ? shown(ranked.next(), saved) : List.of();
      if (source.histories != null) {
        console.say(
            "User %s:%s"
                .formatted(
                    history.query(),
                    history.isUsable()
                        ? ""
                        : " no %s item that the model knows".formatted(used(saved))));
      }
      titles.say(console, items, saved.itemIds());
      Map<String, Object> result = titles.document(history.query(), items, saved.itemIds());
      if (!history.isUsable()) {
        result.put("unknown", history.unknown());
      }
      results.add(result);
    }
    console.json(() -> Map.of("results", results));
  }

  /** Predicted ratings within their scale; scores of a model that ranks as they are. */
  private static List<Ranked> shown(List<Ranked> items, SavedModel saved) {
    return saved
        .ratings()
        .map(
            scale ->
                items.stream()
                    .map(ranked -> new Ranked(ranked.item(), scale.clip(ranked.score())))
                    .toList())
        .orElse(items);
  }

  private List<List<Ranked>> recommend(List<History> histories, SavedModel saved, Scorer ofModel) {
    int items = saved.itemIds().size();
    Optional<RatingScale> ratings = saved.ratings();
    List<Integer> unrated = saved.description().unrated();
    Scorer scorer =
        ratings.<Scorer>map(scale -> new PredictedRatings(ofModel, unrated, scale)).orElse(ofModel);
    List<List<Ranked>> ranked = new ArrayList<>();
    for (int from = 0; from < histories.size(); from += EvaluateCommand.BATCH_SIZE) {
      int to = Math.min(from + EvaluateCommand.BATCH_SIZE, histories.size());
      List<History> some = histories.subList(from, to);
      Pairs liked = Pairs.of(some, History::liked);
      Pairs known = Pairs.of(some, History::known);
      CsrMatrix read =
          liked
              .matrix(some.size(), items, concatenated(ratings.isPresent() ? some : List.of()))
              .inOrder(liked.row(), liked.column());
      ranked.addAll(
          Recommender.recommend(
              scorer,
              Batch.range(read, 0, some.size()),
              known.matrix(some.size(), items, new float[0]),
              k));
    }
    return ranked;
  }

  private static float[] concatenated(List<History> histories) {
    FloatArrayList ratings = new FloatArrayList();
    histories.forEach(history -> ratings.addAll(history.ratings()));
    return ratings.toFloatArray();
  }

  /** Users by their number, and their items. */
  private record Pairs(int[] row, int[] column) {

    static Pairs of(List<History> histories, Function<History, Collection<Integer>> part) {
      IntArrayList rows = new IntArrayList();
      IntArrayList columns = new IntArrayList();
      for (int user = 0; user < histories.size(); user++) {
        for (int item : part.apply(histories.get(user))) {
          rows.add(user);
          columns.add(item);
        }
      }
      return new Pairs(rows.toIntArray(), columns.toIntArray());
    }

    CsrMatrix matrix(int users, int items, float[] values) {
      return CsrMatrix.of(users, items, row, column, values);
    }
  }

  private List<History> histories(SavedModel saved) {
    Object2IntOpenHashMap<String> numbers = new Object2IntOpenHashMap<>();
    numbers.defaultReturnValue(-1);
    for (String id : saved.itemIds()) {
      numbers.put(id, numbers.size());
    }
    if (source.items != null && saved.ratings().isPresent()) {
      throw console.wrongUsage(
          "--items: the model reads ratings; give it a file of them with --histories");
    }
    if (source.items != null) {
      History history = new History(String.join(",", source.items));
      source.items.forEach(id -> history.add(id, numbers.getInt(id), Float.MAX_VALUE, true));
      return List.of(history);
    }
    Interactions read = RatingsReader.read(source.histories, ReadingOptions.DEFAULT).interactions();
    if (saved.ratings().isPresent() && !read.hasRatings()) {
      throw ElboException.in(
          source.histories, "the model reads ratings; expected a file with them, found none");
    }
    saved.ratings().ifPresent(scale -> requireWithin(scale, read));
    List<History> histories = read.userIds().stream().map(History::new).toList();
    for (int event : inOrder(read)) {
      String id = read.itemIds().get(read.items()[event]);
      float rating = read.hasRatings() ? read.ratings()[event] : Float.MAX_VALUE;
      histories
          .get(read.users()[event])
          .add(id, numbers.getInt(id), rating, saved.description().likes(rating));
    }
    return histories;
  }

  private void requireWithin(RatingScale scale, Interactions read) {
    for (int event = 0; event < read.size(); event++) {
      float rating = read.ratings()[event];
      if (rating != scale.clip(rating)) {
        throw ElboException.in(
            source.histories,
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

  /** The events in the order of time, ties and events without one in the order of the file. */
  private static int[] inOrder(Interactions read) {
    int[] events = IntStream.range(0, read.size()).toArray();
    if (read.hasTimes()) {
      IntArrays.mergeSort(events, (a, b) -> Long.compare(read.times()[a], read.times()[b]));
    }
    return events;
  }

  /**
   * Says what is left out.
   *
   * @throws ElboException if that is everything
   */
  private void report(List<History> histories, List<History> usable, SavedModel saved) {
    Set<String> unknown = new LinkedHashSet<>();
    histories.forEach(history -> unknown.addAll(history.unknown()));
    if (usable.isEmpty() && unknown.isEmpty()) {
      throw ElboException.in(
          source.histories,
          "no rating reaches %s, from which on the model's data counts an item as liked"
              .formatted(saved.description().minRating()));
    }
    if (usable.isEmpty()) {
      throw new ElboException(
          "the model knows none of the items (%s); %s"
              .formatted(some(unknown), model.itemsOf(saved)));
    }
    if (!unknown.isEmpty()) {
      console.note(
          "Skipped %,d item(s) that the model does not know: %s"
              .formatted(unknown.size(), some(unknown)));
    }
    if (usable.size() < histories.size()) {
      List<String> leftOut =
          histories.stream().filter(history -> !history.isUsable()).map(History::query).toList();
      console.note(
          "Nothing to recommend to %,d user(s) without a %s item that the model knows: %s"
              .formatted(leftOut.size(), used(saved), some(leftOut)));
    }
  }

  /** What an item is that the model reads. */
  private static String used(SavedModel saved) {
    return saved.ratings().isPresent() ? "rated" : "liked";
  }

  private static String some(Collection<String> ids) {
    String first = String.join(", ", ids.stream().limit(10).toList());
    return ids.size() > 10 ? first + ", ..." : first;
  }
}
