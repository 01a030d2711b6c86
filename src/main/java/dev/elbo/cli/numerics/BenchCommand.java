package dev.elbo.cli.numerics;

import dev.elbo.cli.options.EngineArguments;
import dev.elbo.cli.options.Positive;
import dev.elbo.cli.terminal.Console;
import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.data.Interactions;
import dev.elbo.data.SyntheticRatings;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineProvider;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Engines;
import dev.elbo.engine.Update;
import dev.elbo.model.Architecture;
import dev.elbo.model.Model;
import dev.elbo.model.ModelOptions;
import dev.elbo.model.Parameters;
import dev.elbo.random.Noise;
import dev.elbo.verify.Difference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code elbo bench}: how long an update takes here. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description =
        "Time updates of Mult-VAE on made-up ratings. Several engines take turns, and the gradients"
            + " of each are held against those of the first.",
    footerHeading = "%nExamples:%n",
    footer = {"  elbo bench", "  elbo bench --engine fast,reference"})
public final class BenchCommand implements Runnable {

  private static final long SEED = 1;
  private static final double BETA = 0.2;
  private static final int WARM_UP = 3;

  @Mixin private Console console;

  @Option(
      names = "--engine",
      split = ",",
      completionCandidates = EngineArguments.EngineNames.class,
      paramLabel = "ENGINE",
      description = "any of ${COMPLETION-CANDIDATES}; " + EngineArguments.LISTED)
  private List<String> engines = List.of("fast");

  @Option(names = "--items", converter = Positive.class, description = "items")
  private int items = 20_108;

  @Option(names = "--batch-size", converter = Positive.class, description = "users in an update")
  private int batchSize = 500;

  @Option(names = "--hidden", converter = Positive.class, description = "hidden units")
  private int hidden = 600;

  @Option(names = "--latent", converter = Positive.class, description = "latent units")
  private int latent = 200;

  @Option(names = "--updates", converter = Positive.class, description = "updates to time")
  private int updates = 10;

  @Option(
      names = "--threads",
      converter = EngineArguments.ThreadsConverter.class,
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      paramLabel = "N",
      description = "threads (default: all cores)")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Override
  public void run() {
    List<EngineProvider> providers = engines.stream().map(Engines::byName).toList();
    Model model =
        new ModelOptions(Architecture.MULT_VAE, List.of(hidden), latent, 0.5, 0).model(items);
    Batch batch = batch();
    List<Engine> running = new ArrayList<>();
    double[][] milliseconds = new double[engines.size()][updates];
    List<Map<String, Double>> differences;
    try {
      EngineState state = EngineState.initial(Parameters.initial(model, SEED));
      for (EngineProvider provider : providers) {
        running.add(provider.create(model, state, threads));
      }
      differences = differences(running, update(batch, -WARM_UP));
      List<Update> next = new ArrayList<>();
      running.forEach(_ -> next.add(update(batch, -WARM_UP)));
      for (int update = -WARM_UP; update < updates; update++) {
        int following = update + 1;
        for (int e = 0; e < running.size(); e++) {
          long start = System.nanoTime();
          // As in training; what one engine prepares is not to go on in another's turn.
          Supplier<Update> prepared = running.get(e).prepare(() -> update(batch, following));
          running.get(e).step(next.get(e), AdamOptions.of(0.001));
          next.set(e, prepared.get());
          if (update >= 0) {
            milliseconds[e][update] = (System.nanoTime() - start) / 1e6;
          }
        }
      }
    } finally {
      running.forEach(Engine::close);
    }
    report(milliseconds, differences);
  }

  private static Update update(Batch batch, int number) {
    return Update.of(batch, Noise.of(SEED, number + WARM_UP), BETA);
  }

  /** How far the gradients of each engine are from those of the first, as shares of the largest. */
  private static List<Map<String, Double>> differences(List<Engine> engines, Update update) {
    if (engines.size() == 1) {
      return List.of(Map.of());
    }
    Parameters first = engines.getFirst().gradients(update);
    List<Map<String, Double>> all = new ArrayList<>(List.of(Map.of()));
    for (Engine engine : engines.subList(1, engines.size())) {
      Parameters gradients = engine.gradients(update);
      Map<String, Double> byName = new LinkedHashMap<>();
      for (String name : first.tensors().keySet()) {
        byName.put(
            name, Difference.between(first.float64(name), gradients.float64(name)).relative());
      }
      all.add(byName);
    }
    return all;
  }

  private Batch batch() {
    Interactions drawn = new SyntheticRatings(batchSize, items, SEED).draw();
    return Batch.range(CsrMatrix.of(batchSize, items, drawn.users(), drawn.items()), 0, batchSize);
  }

  private void report(double[][] milliseconds, List<Map<String, Double>> differences) {
    List<Map<String, Object>> documents = new ArrayList<>();
    console.say("| engine | B | I | H | K | update, ms | quartiles | runs |");
    console.say("|---|---:|---:|---:|---:|---:|---:|---:|");
    for (int e = 0; e < engines.size(); e++) {
      double[] sorted = milliseconds[e];
      Arrays.sort(sorted);
      double median = sorted[updates / 2];
      double lower = sorted[updates / 4];
      double upper = sorted[3 * updates / 4];
      console.say(
          "| %s | %d | %,d | %d | %d | %.1f | %.1f to %.1f | %d |"
              .formatted(
                  engines.get(e), batchSize, items, hidden, latent, median, lower, upper, updates));
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("engine", engines.get(e));
      document.put("batchSize", batchSize);
      document.put("items", items);
      document.put("hidden", hidden);
      document.put("latent", latent);
      document.put("updates", updates);
      document.put("medianMilliseconds", median);
      document.put("quartilesMilliseconds", List.of(lower, upper));
      if (e > 0) {
        document.put("gradientDifferences", differences.get(e));
      }
      documents.add(document);
    }
    for (int e = 1; e < engines.size(); e++) {
      console.say("");
      console.say(
          "Gradients of %s: largest difference from those of %s, as a share of the largest"
              .formatted(engines.get(e), engines.getFirst()));
      differences
          .get(e)
          .forEach((name, share) -> console.say("  %-20s %.1e".formatted(name, share)));
    }
    console.json(() -> Map.of("updates", documents));
  }
}
