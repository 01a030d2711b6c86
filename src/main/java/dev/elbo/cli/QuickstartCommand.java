package dev.elbo.cli;

import dev.elbo.ElboException;
import dev.elbo.baseline.Popularity;
import dev.elbo.cli.options.EngineArguments;
import dev.elbo.cli.options.Positive;
import dev.elbo.cli.terminal.Console;
import dev.elbo.cli.terminal.Interruption;
import dev.elbo.data.Batch;
import dev.elbo.data.EvaluationUsers;
import dev.elbo.data.Interactions;
import dev.elbo.data.PreparedData;
import dev.elbo.data.SyntheticRatings;
import dev.elbo.engine.Scorer;
import dev.elbo.eval.Estimate;
import dev.elbo.eval.Evaluator;
import dev.elbo.eval.Metric;
import dev.elbo.io.AtomicFile;
import dev.elbo.recommend.ModelScorer;
import dev.elbo.train.SavedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/**
 * {@code elbo quickstart}: the whole job on made-up ratings, through the same commands that a user
 * would call.
 */
@Command(
    name = "quickstart",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description =
        "Make ratings with a known answer, train on them, evaluate, and recommend. Needs no data.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  elbo quickstart",
      "  elbo quickstart --open",
      "  elbo quickstart --out first --seed 2",
      "  elbo quickstart --users 300 --items 100 --epochs 5"
    })
final class QuickstartCommand implements Runnable {

  @Mixin private Console console;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "new directory for everything (default: one in the system's temporary folder)")
  private Path out;

  @Option(names = "--seed", description = "seed of the ratings and of the run")
  private long seed = 1;

  @Option(
      names = "--users",
      converter = Positive.class,
      description = "how many users rate; a tenth of them is tested on")
  private int users = 3000;

  @Option(names = "--items", converter = Positive.class, description = "how many items there are")
  private int items = 500;

  @Option(names = "--epochs", converter = Positive.class, description = "of training")
  private int epochs = 40;

  @Option(
      names = "--open",
      description =
          "end with a report on the model, and a page to try it on, in a browser; the page is"
              + " served until Ctrl-C")
  private boolean open;

  @Mixin private EngineArguments engine;

  @Override
  public void run() {
    makeDirectory();
    try (var _ =
        new Interruption(
            console,
            () ->
                "Stopped. What was finished is kept in %s; `elbo quickstart` begins again, in another folder."
                    .formatted(out))) {
      runCommands();
    }
    if (open) {
      serve();
    }
  }

  private void runCommands() {
    Path ratings = out.resolve("ratings.csv");
    Path data = out.resolve("data");
    Path model = out.resolve("model");

    SyntheticRatings truth = new SyntheticRatings(users, items, seed);
    Interactions drawn = truth.draw();
    write(drawn, ratings);
    console.say(
        "Made %,d ratings: %,d users draw from %,d items, each by a taste of their own."
            .formatted(drawn.size(), users, items));

    run("prepare", "--ratings", ratings, "--out", data);
    run(
        "train",
        "--data",
        data,
        "--out",
        model,
        "--hidden",
        100,
        "--latent",
        32,
        "--epochs",
        epochs,
        "--batch-size",
        100,
        "--seed",
        seed,
        "--metrics",
        "ndcg@100",
        "--engine",
        engine.name(),
        "--threads",
        engine.threads());

    PreparedData prepared = PreparedData.read(data);
    EvaluationUsers test = prepared.test();
    SavedModel saved = SavedModel.read(model);
    Evaluator evaluator =
        new Evaluator(
            test, List.of(Metric.parse("ndcg@100")), prepared.train(), EvaluateCommand.BATCH_SIZE);
    Map<String, Estimate> ndcg = new LinkedHashMap<>();
    ndcg.put("popularity", ndcg(evaluator, new Popularity(prepared.train())));
    try (ModelScorer scorer = engine.scorer(saved)) {
      ndcg.put("model", ndcg(evaluator, scorer));
    }
    ndcg.put(
        "generatingDistribution",
        ndcg(evaluator, (batch, sink) -> score(truth, prepared.itemIds(), test, batch, sink)));

    console.say("NDCG@100 on %,d test users, none of them trained on:".formatted(test.size()));
    console.say("  popularity                 %s".formatted(ndcg.get("popularity")));
    console.say("  Mult-VAE                   %s".formatted(ndcg.get("model")));
    console.say("  the distribution itself    %s".formatted(ndcg.get("generatingDistribution")));
    console.say("");

    console.say("Ten recommendations for user %s:".formatted(test.userIds().getFirst()));
    run(
        "recommend",
        "--model-dir",
        model,
        "--items",
        history(test, prepared.itemIds()),
        "-k",
        10,
        "--engine",
        engine.name(),
        "--threads",
        engine.threads());
    console.say("");
    console.say("Everything is in %s".formatted(out));
    console.json(
        () -> {
          Map<String, Object> document = new LinkedHashMap<>();
          document.put("users", test.size());
          document.put("ndcg@100", ndcg);
          document.put("out", out.toString());
          return document;
        });
  }

  /** Shows what was made until the program is stopped. */
  private void serve() {
    Path model = out.resolve("model");
    run(
        "report",
        model,
        "--data",
        out.resolve("data"),
        "--out",
        out.resolve("report.html"),
        "--engine",
        engine.name(),
        "--threads",
        engine.threads(),
        "--open");
    console.say("");
    console.say("A page to try the model on, until you press Ctrl-C:");
    run(
        "serve",
        "--model-dir",
        model,
        "--port",
        0,
        "--engine",
        engine.name(),
        "--threads",
        engine.threads(),
        "--open");
  }

  private void makeDirectory() {
    if (out != null && Files.exists(out, LinkOption.NOFOLLOW_LINKS)) {
      throw ElboException.in(out, "is there already; choose another --out, or remove it");
    }
    try {
      if (out == null) {
        out = Files.createTempDirectory("elbo-quickstart");
      } else {
        Files.createDirectories(out.toAbsolutePath().getParent());
        Files.createDirectory(out);
      }
    } catch (IOException e) {
      throw ElboException.cannot("be made", out, e);
    }
  }

  private static void write(Interactions drawn, Path file) {
    StringBuilder csv = new StringBuilder("userId,itemId\n");
    for (int event = 0; event < drawn.size(); event++) {
      csv.append(drawn.userIds().get(drawn.users()[event]))
          .append(',')
          .append(drawn.itemIds().get(drawn.items()[event]))
          .append('\n');
    }
    AtomicFile.writeString(file, csv.toString());
  }

  /** Runs another command as if it were typed, and shows it. */
  private void run(String command, Object... options) {
    List<String> args = new ArrayList<>(List.of(command));
    Stream.of(options).map(Object::toString).forEach(args::add);
    console.say("");
    console.say("$ elbo %s".formatted(String.join(" ", args)));
    CommandLine elbo = new CommandLine(new Main()).setOut(console.out()).setErr(console.err());
    ParseResult parsed = elbo.parseArgs(args.toArray(String[]::new));
    ((Runnable) parsed.subcommand().commandSpec().userObject()).run();
  }

  /** Scores with what the ratings were drawn from: nothing can be expected to find more. */
  private static void score(
      SyntheticRatings truth,
      List<String> itemIds,
      EvaluationUsers users,
      Batch batch,
      Scorer.Sink sink) {
    float[] scores = new float[itemIds.size()];
    for (int position = 0; position < batch.size(); position++) {
      double[] logits = truth.logits(number(users.userIds().get(batch.users()[position])));
      for (int item = 0; item < scores.length; item++) {
        scores[item] = (float) logits[number(itemIds.get(item))];
      }
      sink.accept(position, scores);
    }
  }

  /** The number of a made-up user or item, of which the id is one more. */
  private static int number(String id) {
    return Integer.parseInt(id) - 1;
  }

  private static Estimate ndcg(Evaluator evaluator, Scorer scorer) {
    return evaluator.evaluate(scorer).metrics().firstEntry().getValue();
  }

  private static String history(EvaluationUsers users, List<String> itemIds) {
    return Arrays.stream(users.foldIn().row(0))
        .mapToObj(itemIds::get)
        .collect(Collectors.joining(","));
  }
}
