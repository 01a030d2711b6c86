package dev.elbo.bench;

import dev.elbo.bench.Contest.Contestant;
import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Engine;
import dev.elbo.engine.Engines;
import dev.elbo.linalg.Workers;
import dev.elbo.model.Model;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * One update, and each of its parts, as a share of what the machine allows: arithmetic at the speed
 * of {@link FmaPeak}, memory at that of {@link MemoryBandwidth}, in the same run.
 *
 * <p>The bound of a part is the larger of the two times: Williams, Waterman and Patterson,
 * "Roofline: an insightful visual performance model for multicore architectures" (2009). That of
 * the update is the sum over its parts, which follow each other.
 */
@Command(
    name = "roofline",
    mixinStandardHelpOptions = true,
    description =
        "Times one update and its parts against the peak and the bandwidth of the machine.")
final class Roofline implements Runnable {

  @Mixin private Console console;
  @Mixin private Contest contest;
  @Mixin private MultVae sizes;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}), as in update-vs-torch")
  private Measured measured = Measured.MULT_VAE;

  /**
   * What the machine can do.
   *
   * @param chains what reached the peak
   * @param gflops peak, GFLOP/s
   * @param gigabytes bandwidth of each kind of access, GB/s, the fastest run
   */
  record Roof(String chains, double gflops, List<Bandwidth> gigabytes) {

    double flopsPerSecond() {
      return 1e9 * gflops;
    }

    double bytesPerSecond() {
      return 1e9 * fastest().gigabytes;
    }

    Bandwidth fastest() {
      return gigabytes.stream().max(Comparator.comparingDouble(Bandwidth::gigabytes)).orElseThrow();
    }
  }

  /** GB/s of one kind of access. */
  record Bandwidth(MemoryBandwidth.Kind kind, double gigabytes) {
    @Override
    public String toString() {
      return "%s %.1f".formatted(kind, gigabytes);
    }
  }

  /**
   * A part of an update, by itself.
   *
   * @param gflop billions of floating-point operations
   * @param megabytes millions of bytes that memory must move
   * @param bound the least time, in seconds
   * @param alone how long it takes
   * @param share bound over median; 0 for what has neither operations nor bytes that count
   */
  record OfPart(double gflop, double megabytes, double bound, Timing alone, double share) {

    static OfPart of(Part part, Roof roof, Timing alone) {
      double bound = part.bound(roof.flopsPerSecond(), roof.bytesPerSecond());
      return new OfPart(
          part.flops() * 1e-9, part.bytes() * 1e-6, bound, alone, bound / alone.median());
    }
  }

  /**
   * An update.
   *
   * @param of what is updated
   * @param parts of it
   * @param bound the sum of theirs, in seconds
   * @param update how long it takes
   * @param share bound over median
   */
  record OfUpdate(String of, List<OfPart> parts, double bound, Timing update, double share) {

    static OfUpdate of(Kind kind, List<OfPart> parts, Timing update) {
      double bound = parts.stream().mapToDouble(OfPart::bound).sum();
      return new OfUpdate(kind.name(), parts, bound, update, bound / update.median());
    }
  }

  /**
   * What was measured.
   *
   * @param machine where
   * @param shape of model and batch
   * @param roof what the machine can do
   * @param cache bytes of the last-level cache; what fits it does not count as moved
   * @param updates of each kind
   */
  record Result(Machine machine, String shape, Roof roof, long cache, List<OfUpdate> updates) {}

  @Override
  public void run() {
    int threads = console.threads();
    long cache = Machine.lastLevelCache();
    CsrMatrix items = measured.users(sizes.batchSize, sizes.items);
    Batch batch = Batch.range(items, 0, items.rows());
    Model model = measured.model(sizes.items, sizes.hidden, sizes.latent);
    try (var workers = new Workers(threads);
        Engine engine = Engines.byName("fast").create(model, measured.start(model), threads)) {
      console.progress("looking for the fastest FMA chains");
      FmaPeak peak = FmaPeak.best(workers);
      var contestants = new ArrayList<Contestant>();
      contestants.add(new Contestant("peak: " + peak, peak));
      contestants.addAll(new MemoryBandwidth(workers).contestants());
      var partsOfKinds = new ArrayList<UpdateParts>();
      for (Kind kind : measured.kinds()) {
        var parts = new UpdateParts(model, kind, batch, workers, cache);
        partsOfKinds.add(parts);
        parts.list().forEach(part -> contestants.add(new Contestant(part.name(), part.run())));
        contestants.add(
            new Contestant(
                "one update of " + kind.name(),
                new OurUpdate(engine, kind, batch, AdamOptions.of(0.001))));
      }
      List<Timing> timings = contest.run(contestants, console::progress);
      Roof roof = roof(peak, timings);
      var updates = new ArrayList<OfUpdate>();
      int next = 1 + roof.gigabytes().size();
      for (int k = 0; k < partsOfKinds.size(); k++) {
        var parts = new ArrayList<OfPart>();
        for (Part part : partsOfKinds.get(k).list()) {
          parts.add(OfPart.of(part, roof, timings.get(next++)));
        }
        updates.add(OfUpdate.of(measured.kinds().get(k), parts, timings.get(next++)));
      }
      partsOfKinds.forEach(UpdateParts::close);
      Machine machine = Machine.here(threads);
      report(new Result(machine, sizes.toString(), roof, cache, updates));
    }
  }

  private static Roof roof(FmaPeak peak, List<Timing> timings) {
    var bandwidths = new ArrayList<Bandwidth>();
    for (var kind : MemoryBandwidth.Kind.values()) {
      double seconds = timings.get(1 + bandwidths.size()).fastest();
      bandwidths.add(new Bandwidth(kind, kind.bytes() / seconds * 1e-9));
    }
    return new Roof(
        peak.toString(), peak.flops() / timings.getFirst().fastest() * 1e-9, bandwidths);
  }

  private void report(Result result) {
    Roof roof = result.roof();
    var lines = new ArrayList<String>();
    lines.add(result.machine().toString());
    lines.add("peak %.1f GFLOP/s: %s".formatted(roof.gflops(), roof.chains()));
    lines.add(
        "memory %.1f GB/s, the fastest of %s; what fits the cache of %d MiB is not counted"
            .formatted(
                roof.fastest().gigabytes(),
                String.join(", ", roof.gigabytes().stream().map(Bandwidth::toString).toList()),
                result.cache() >> 20));
    for (OfUpdate update : result.updates()) {
      lines.addAll(lines(update));
    }
    console.report(result, lines);
  }

  private List<String> lines(OfUpdate update) {
    var lines = new ArrayList<String>();
    lines.add("one update of %s, %s, and its parts alone".formatted(update.of(), sizes));
    lines.add("| part | GFLOP | MB | bound, ms | median, ms | quartiles | share |");
    lines.add("|---|---:|---:|---:|---:|---:|---:|");
    double gflop = 0;
    double megabytes = 0;
    double alone = 0;
    for (OfPart part : update.parts()) {
      lines.add(row(part.gflop(), part.megabytes(), part.bound(), part.alone()));
      gflop += part.gflop();
      megabytes += part.megabytes();
      alone += part.alone().median();
    }
    lines.add(row(gflop, megabytes, update.bound(), update.update()));
    lines.add(
        "the parts alone add up to %.1f ms; %.1f ms are not explained by them"
            .formatted(1e3 * alone, 1e3 * (update.update().median() - alone)));
    lines.add("share %.2f".formatted(update.share()));
    return lines;
  }

  private static String row(double gflop, double megabytes, double bound, Timing timing) {
    return "| %s | %.2f | %.1f | %.2f | %.2f | %.2f to %.2f | %s |"
        .formatted(
            timing.name(),
            gflop,
            megabytes,
            1e3 * bound,
            1e3 * timing.median(),
            1e3 * timing.lowerQuartile(),
            1e3 * timing.upperQuartile(),
            bound > 0 ? "%.2f".formatted(bound / timing.median()) : "");
  }
}
