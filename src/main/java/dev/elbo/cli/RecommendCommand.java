package dev.elbo.cli;

import dev.elbo.cli.options.EngineArguments;
import dev.elbo.cli.options.FilterArguments;
import dev.elbo.cli.options.Histories;
import dev.elbo.cli.options.HistorySource;
import dev.elbo.cli.options.ModelArgument;
import dev.elbo.cli.options.Positive;
import dev.elbo.cli.terminal.AmountBar;
import dev.elbo.cli.terminal.Console;
import dev.elbo.cli.terminal.RankedItems;
import dev.elbo.cli.terminal.RankedItemsWriter;
import dev.elbo.cli.terminal.Titles;
import dev.elbo.engine.Ranked;
import dev.elbo.engine.Scoring;
import dev.elbo.io.AtomicFile;
import dev.elbo.recommend.ItemFilter;
import dev.elbo.recommend.ModelScorer;
import dev.elbo.recommend.Recommender;
import dev.elbo.train.SavedModel;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
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
      "  elbo recommend --model-dir model --users all --data prepared --out top.csv",
      "  elbo recommend --model-dir model --items 1193,661 --only-file in-stock.txt"
    })
final class RecommendCommand implements Runnable {

  @Mixin private Console console;

  @Mixin private ModelArgument model;

  @ArgGroup(multiplicity = "1")
  private HistorySource source;

  @Option(names = "-k", converter = Positive.class, description = "how many items for each user")
  private int k = 10;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "write the recommendations to a file instead: JSON lines if its name ends in .jsonl or"
              + " .ndjson, a user each, otherwise CSV, an item each")
  private Path out;

  @Mixin private FilterArguments filters;
  @Mixin private Titles titles;
  @Mixin private EngineArguments engine;

  @Override
  public void run() {
    if (out != null) {
      AtomicFile.requireFolder(out);
    }
    titles.read();
    SavedModel saved = model.read(console);
    saved.requireUsersRows();
    Histories histories = source.read(saved, model, console);
    ItemFilter filter = filters.filter(saved, console);
    if (out == null) {
      show(histories, saved, filter);
    } else {
      write(histories, saved, filter);
    }
  }

  private void show(Histories histories, SavedModel saved, ItemFilter filter) {
    List<RankedItems> results = new ArrayList<>();
    recommend(histories, saved, filter, results::add);
    results.forEach(user -> say(user, saved));
    console.json(() -> Map.of("results", results));
  }

  private void write(Histories histories, SavedModel saved, ItemFilter filter) {
    try (var bar = new AmountBar(console, "recommend", "users", 1)) {
      AtomicFile.write(out, stream -> write(histories, saved, filter, bar, stream));
    }
    int users = histories.size() - histories.unusable().size();
    console.say("%s: recommendations to %,d user(s)".formatted(out, users));
    console.json(() -> Map.of("out", out.toString(), "users", users));
  }

  private void write(
      Histories histories, SavedModel saved, ItemFilter filter, AmountBar bar, OutputStream stream)
      throws IOException {
    try (var writer = RankedItemsWriter.of(out, stream, titles.isGiven())) {
      int[] done = {0};
      recommend(
          histories,
          saved,
          filter,
          user -> {
            writer.write(user);
            done[0]++;
            bar.show(done[0], histories.size());
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void recommend(
      Histories histories, SavedModel saved, ItemFilter filter, Consumer<RankedItems> sink) {
    Scoring whole = saved.description().run().scoring().ofWholeHistories();
    try (ModelScorer scorer = engine.scorer(saved, whole)) {
      Recommender.recommend(
          scorer,
          histories.liked(),
          histories.known(),
          filter,
          k,
          (user, items) -> sink.accept(result(histories, user, saved.shown(items), saved)));
    }
  }

  private RankedItems result(Histories histories, int user, List<Ranked> items, SavedModel saved) {
    RankedItems result = titles.named(histories.queries().get(user), items, saved.itemIds());
    if (!histories.isUsable(user)) {
      return result.unusable(histories.unknown(user));
    }
    return items.isEmpty() ? result.withNothingLeft() : result;
  }

  private void say(RankedItems user, SavedModel saved) {
    String why = "";
    if (user.unknown() != null) {
      why = "no %s item that the model knows".formatted(Histories.used(saved));
    } else if (user.items().isEmpty()) {
      why =
          filters.areGiven()
              ? "nothing is left to recommend"
              : "nothing is left to recommend, for every item of the model is in the history";
    }
    if (source.hasUserIds()) {
      console.say("User %s:%s".formatted(user.query(), why.isEmpty() ? "" : " " + why));
    } else if (!why.isEmpty()) {
      console.say(Character.toUpperCase(why.charAt(0)) + why.substring(1) + ".");
    }
    user.say(console);
  }
}
