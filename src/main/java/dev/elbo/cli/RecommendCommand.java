package dev.elbo.cli;

import dev.elbo.ElboException;
import dev.elbo.cli.options.EngineArguments;
import dev.elbo.cli.options.FilterArguments;
import dev.elbo.cli.options.History;
import dev.elbo.cli.options.HistorySource;
import dev.elbo.cli.options.ModelArgument;
import dev.elbo.cli.options.Positive;
import dev.elbo.cli.terminal.Console;
import dev.elbo.cli.terminal.Titles;
import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Ranked;
import dev.elbo.engine.Scorer;
import dev.elbo.engine.Scoring;
import dev.elbo.io.Printable;
import dev.elbo.recommend.ItemFilter;
import dev.elbo.recommend.ModelScorer;
import dev.elbo.recommend.Recommender;
import dev.elbo.train.SavedModel;
import java.util.ArrayList;
import java.util.Iterator;
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
        "Recommend items to users by what they have, whether or not they were trained on.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  elbo recommend --model-dir model --items 1193,661,914 --titles movies.dat",
      "  elbo recommend --model-dir model --user 42 --data prepared",
      "  elbo recommend --model-dir model --histories ratings.csv -k 20 --json",
      "  elbo recommend --model-dir model --items 1193,661 --only-file in-stock.txt"
    })
final class RecommendCommand implements Runnable {

  @Mixin private Console console;

  @Mixin private ModelArgument model;

  @ArgGroup(multiplicity = "1")
  private HistorySource source;

  @Option(names = "-k", converter = Positive.class, description = "how many items for each user")
  private int k = 10;

  @Mixin private FilterArguments filters;
  @Mixin private Titles titles;
  @Mixin private EngineArguments engine;

  @Override
  public void run() {
    titles.read();
    SavedModel saved = model.read(console);
    if (saved.readsItems()) {
      throw new ElboException(
          "the model reads an item's ratings by the users that it was trained on, and knows no"
              + " others; ask a model that reads users' rows, such as u-autorec");
    }
    List<History> histories = source.read(saved, console);
    List<History> usable = histories.stream().filter(History::isUsable).toList();
    report(histories, usable, saved);
    ItemFilter filter = filters.filter(saved, console);
    Scoring whole = saved.description().run().scoring().ofWholeHistories();
    Iterator<List<Ranked>> ranked;
    try (ModelScorer scorer = engine.scorer(saved, whole)) {
      ranked = recommend(usable, saved, scorer, filter).iterator();
    }
    List<Map<String, Object>> results = new ArrayList<>();
    for (History history : histories) {
      List<Ranked> items = history.isUsable() ? shown(ranked.next(), saved) : List.of();
      say(history, items, saved);
      results.add(document(history, items, saved));
    }
    console.json(() -> Map.of("results", results));
  }

  private void say(History history, List<Ranked> items, SavedModel saved) {
    String why = "";
    if (!history.isUsable()) {
      why = "no %s item that the model knows".formatted(used(saved));
    } else if (items.isEmpty()) {
      why =
          filters.areGiven()
              ? "nothing is left to recommend"
              : "nothing is left to recommend, for every item of the model is in the history";
    }
    if (source.hasUserIds()) {
      console.say("User %s:%s".formatted(history.query(), why.isEmpty() ? "" : " " + why));
    } else if (!why.isEmpty()) {
      console.say(Character.toUpperCase(why.charAt(0)) + why.substring(1) + ".");
    }
    titles.say(console, items, saved.itemIds());
  }

  private Map<String, Object> document(History history, List<Ranked> items, SavedModel saved) {
    Map<String, Object> document = titles.document(history.query(), items, saved.itemIds());
    if (!history.isUsable()) {
      document.put("unknown", history.unknown());
    } else if (items.isEmpty()) {
      document.put("nothingLeft", true);
    }
    return document;
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

  private List<List<Ranked>> recommend(
      List<History> histories, SavedModel saved, Scorer scorer, ItemFilter filter) {
    int items = saved.itemIds().size();
    List<List<Ranked>> ranked = new ArrayList<>();
    for (int from = 0; from < histories.size(); from += EvaluateCommand.BATCH_SIZE) {
      int to = Math.min(from + EvaluateCommand.BATCH_SIZE, histories.size());
      List<History> some = histories.subList(from, to);
      CsrMatrix liked = History.liked(some, items, saved.ratings().isPresent());
      ranked.addAll(
          Recommender.recommend(
              scorer, Batch.range(liked, 0, some.size()), History.known(some, items), filter, k));
    }
    return ranked;
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
      throw source.withoutLiked(saved);
    }
    if (usable.isEmpty()) {
      throw new ElboException(
          "the model knows none of the items (%s); %s"
              .formatted(Printable.some(unknown), model.itemsOf(saved)));
    }
    if (!unknown.isEmpty()) {
      console.note(
          "Skipped %,d item(s) that the model does not know: %s"
              .formatted(unknown.size(), Printable.some(unknown)));
    }
    if (usable.size() < histories.size()) {
      List<String> leftOut =
          histories.stream().filter(history -> !history.isUsable()).map(History::query).toList();
      console.note(
          "Nothing to recommend to %,d user(s) without a %s item that the model knows: %s"
              .formatted(leftOut.size(), used(saved), Printable.some(leftOut)));
    }
  }

  /** What an item is that the model reads. */
  private static String used(SavedModel saved) {
    return saved.ratings().isPresent() ? "rated" : "liked";
  }
}
