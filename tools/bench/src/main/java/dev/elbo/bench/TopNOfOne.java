package dev.elbo.bench;

import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Engines;
import dev.elbo.engine.Ranked;
import dev.elbo.linalg.Rows;
import dev.elbo.linalg.Workers;
import dev.elbo.model.Model;
import dev.elbo.model.Parameters;
import dev.elbo.recommend.Recommender;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * How long one user waits for the best of many items, beside the time that memory takes to give the
 * last layer's weights once, which none who looks at all items can beat.
 */
@Command(
    name = "top-n",
    mixinStandardHelpOptions = true,
    description = "Times the recommendations to one user, and reading the weights they need.")
final class TopNOfOne implements Runnable {

  /** Users that are recommended to in turn. */
  private static final int USERS = 20;

  /** Users scored together for the check, which the engine does in another way. */
  private static final int TOGETHER = 5;

  /** Floats that a task reads: 256 KiB. */
  private static final int CHUNK = 1 << 16;

  @Mixin private Console console;

  @Option(names = "--items", description = "number of items, I (default: ${DEFAULT-VALUE})")
  private int items = 1_000_000;

  @Option(names = "--hidden", description = "hidden units, H (default: ${DEFAULT-VALUE})")
  private int hidden = 200;

  @Option(names = "--latent", description = "latent units, K (default: ${DEFAULT-VALUE})")
  private int latent = 100;

  @Option(names = "-k", description = "items for the user (default: ${DEFAULT-VALUE})")
  private int k = 10;

  @Option(names = "--rounds", description = "timed calls (default: ${DEFAULT-VALUE})")
  private int rounds = 200;

  @Option(names = "--engine", paramLabel = "NAME", description = "our engine (default: fast)")
  private String engineName = "fast";

  /**
   * What was measured.
   *
   * @param machine where
   * @param shape of the model
   * @param recommend one call
   * @param read reading the last weight once with all threads
   * @param gigabytesPerSecond how fast that was, by the median
   */
  record Result(
      Machine machine, String shape, Timing recommend, Timing read, double gigabytesPerSecond) {}

  @Override
  public void run() {
    CsrMatrix users = SyntheticUsers.draw(USERS, items);
    try (Engine engine = create();
        Workers workers = new Workers(console.threads())) {
      check(engine, users);
      float[] weight = new float[items * hidden];
      Arrays.fill(weight, 1);
      double[] recommend = new double[rounds];
      double[] read = new double[rounds];
      for (int round = -rounds / 4; round < rounds; round++) {
        Batch user = Batch.of(users, Math.floorMod(round, USERS));
        double ofCall = seconds(() -> Recommender.recommend(engine, user, k));
        double ofReading = seconds(() -> read(weight, workers));
        if (round >= 0) {
          recommend[round] = ofCall;
          read[round] = ofReading;
        }
      }
      report(
          Timing.of("one user's top " + k, recommend),
          Timing.of("reading the last weight once", read),
          (double) weight.length * Float.BYTES);
    }
  }

  /** The initial parameters are let go once the engine has them. */
  private Engine create() {
    Model model = MultVae.model(items, hidden, latent);
    var initial = EngineState.initial(Parameters.initial(model, 1));
    return Engines.byName(engineName).create(model, initial, console.threads());
  }

  private static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) * 1e-9;
  }

  private static void read(float[] weight, Workers workers) {
    workers.forEach(
        Math.ceilDiv(weight.length, CHUNK),
        task -> {
          int from = task * CHUNK;
          int length = Math.min(CHUNK, weight.length - from);
          if (Rows.sum(weight, from, length, new float[Rows.LANES]) != length) {
            throw new AssertionError("a sum of ones");
          }
        });
  }

  /** The best of all items in the order of their scores, those of several users at a time. */
  private void check(Engine engine, CsrMatrix users) {
    Batch some = Batch.range(users, 0, TOGETHER);
    engine.scores(
        some,
        (position, scores) -> {
          int[] own = some.items().row(position);
          List<Ranked> sorted =
              IntStream.range(0, items)
                  .filter(item -> Arrays.binarySearch(own, item) < 0)
                  .boxed()
                  .sorted(Comparator.comparingDouble(item -> -scores[item]))
                  .limit(k)
                  .map(item -> new Ranked(item, scores[item]))
                  .toList();
          List<Ranked> found =
              Recommender.recommend(engine, Batch.of(users, position), k).getFirst();
          if (!found.equals(sorted)) {
            throw new IllegalStateException("found %s, expected %s".formatted(found, sorted));
          }
        });
  }

  private void report(Timing recommend, Timing read, double bytes) {
    var result =
        new Result(
            Machine.here(console.threads()),
            "I=%d, H=%d, K=%d".formatted(items, hidden, latent),
            recommend,
            read,
            bytes * 1e-9 / read.median());
    List<String> lines = new ArrayList<>();
    lines.add(result.machine().toString());
    lines.add("one user, %s, in milliseconds".formatted(result.shape()));
    lines.addAll(Timing.table(List.of(recommend, read)));
    lines.add("items and scores are the exact ones");
    lines.add("reading %.1f GB/s".formatted(result.gigabytesPerSecond()));
    lines.add("median %.1f ms".formatted(1e3 * recommend.median()));
    console.report(result, lines);
  }
}
