package dev.elbo.bench;

import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Engines;
import dev.elbo.engine.Outputs;
import dev.elbo.engine.Update;
import dev.elbo.model.KlWeight;
import dev.elbo.model.Parameters;
import dev.elbo.random.Noise;
import dev.elbo.train.OutputSampler;
import dev.elbo.train.Sampling;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Time and memory of an epoch at one size: a row of a table. With sampled outputs there are three
 * rows, one after another on the same engine: all outputs, some with Adam of all rows, and some
 * with lazy Adam.
 */
@Command(
    name = "scaling",
    mixinStandardHelpOptions = true,
    description = "Times an epoch, update by update, and measures the heap.")
final class Scaling implements Runnable {

  private static final int WARM_UPS = 3;
  private static final double MIB = 1 << 20;

  @Mixin private Console console;
  @Mixin private MultVae vae;

  @Option(
      names = "--users",
      paramLabel = "N",
      description = "users of the epoch (default: ${DEFAULT-VALUE})")
  private int users = 5_000;

  @Option(
      names = "--sampled-items",
      paramLabel = "M",
      description = "time updates with M sampled outputs, too (default: all outputs only)")
  private int sampledItems = 0;

  @Option(names = "--engine", paramLabel = "NAME", description = "our engine (default: fast)")
  private String engineName = "fast";

  /**
   * A kind of update.
   *
   * @param outputs how many are computed, in words
   * @param sampler draws them
   * @param adam the optimizer
   */
  private record Kind(String outputs, OutputSampler sampler, AdamOptions adam) {}

  /**
   * What was measured.
   *
   * @param machine where
   * @param shape of model and batch
   * @param items number of items
   * @param users number of users
   * @param outputs which outputs an update computed, and how Adam took them
   * @param epochSeconds duration of an epoch's updates
   * @param update duration of the updates of this epoch
   * @param peakHeapMib most heap ever used, garbage and earlier rows included
   * @param liveHeapMib heap in use after the last update and a collection
   */
  record Result(
      Machine machine,
      String shape,
      int items,
      int users,
      String outputs,
      double epochSeconds,
      Timing update,
      double peakHeapMib,
      double liveHeapMib) {}

  @Override
  public void run() {
    CsrMatrix items = SyntheticUsers.draw(users, vae.items);
    try (Engine engine = create()) {
      for (Kind kind : kinds(items.columnCounts())) {
        for (int n = 0; n < WARM_UPS; n++) {
          step(engine, items, kind, n, n);
        }
        double[] seconds = new double[Math.ceilDiv(users, vae.batchSize)];
        for (int n = 0; n < seconds.length; n++) {
          seconds[n] = step(engine, items, kind, n, WARM_UPS + n);
        }
        report(kind, seconds, engine);
      }
    }
  }

  private List<Kind> kinds(int[] usersOfItem) {
    AdamOptions adam = AdamOptions.of(0.001);
    OutputSampler all = sampler(vae.items, usersOfItem);
    if (sampledItems == 0) {
      return List.of(new Kind("all", all, adam));
    }
    OutputSampler some = sampler(sampledItems, usersOfItem);
    return List.of(
        new Kind("all", all, adam),
        new Kind("%,d drawn".formatted(sampledItems), some, adam),
        new Kind("%,d drawn, lazy Adam".formatted(sampledItems), some, adam.with(true)));
  }

  private static OutputSampler sampler(int samples, int[] usersOfItem) {
    return new OutputSampler(new Sampling(samples, Sampling.Popularity.USUAL), usersOfItem);
  }

  /** The initial parameters are let go once the engine has them. */
  private Engine create() {
    var initial = EngineState.initial(Parameters.initial(vae.model(), 1));
    return Engines.byName(engineName).create(vae.model(), initial, console.threads());
  }

  /** One update, with the draw of its outputs. */
  private double step(Engine engine, CsrMatrix items, Kind kind, int number, long update) {
    int from = (int) ((long) number * vae.batchSize % users);
    Batch batch = Batch.range(items, from, Math.min(from + vae.batchSize, users));
    Noise noise = Noise.of(1, update);
    long start = System.nanoTime();
    Outputs outputs = kind.sampler().draw(noise);
    engine.step(
        new Update(batch, noise, KlWeight.of(MultVae.BETA), Update.ALL, outputs), kind.adam());
    return (System.nanoTime() - start) * 1e-9;
  }

  private void report(Kind kind, double[] seconds, Engine engine) {
    List<MemoryPoolMXBean> heap =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .toList();
    double peak = heap.stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
    System.gc();
    double live = heap.stream().mapToLong(pool -> pool.getUsage().getUsed()).sum();
    double total = 0;
    for (double s : seconds) {
      total += s;
    }
    var result =
        new Result(
            Machine.here(console.threads()),
            vae.toString(),
            engine.model().items(),
            users,
            kind.outputs(),
            total,
            Timing.of(engineName, seconds),
            peak / MIB,
            live / MIB);
    Timing update = result.update();
    console.report(
        result,
        List.of(
            "| %,d | %,d | %s | %.1f | %.1f to %.1f | %.2f | %,.0f | %,.0f |"
                .formatted(
                    result.items(),
                    users,
                    result.outputs(),
                    1e3 * update.median(),
                    1e3 * update.lowerQuartile(),
                    1e3 * update.upperQuartile(),
                    total,
                    result.liveHeapMib(),
                    result.peakHeapMib())));
  }
}
