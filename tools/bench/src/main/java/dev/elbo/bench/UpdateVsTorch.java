package dev.elbo.bench;

import dev.elbo.bench.Contest.Contestant;
import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineProvider;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Engines;
import dev.elbo.engine.Update;
import dev.elbo.model.Parameters;
import dev.elbo.random.Noise;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One update of Mult-VAE, noise and Adam included, against PyTorch's. */
@Command(
    name = "update-vs-torch",
    mixinStandardHelpOptions = true,
    description = "Times one update of Mult-VAE against PyTorch's.")
final class UpdateVsTorch implements Runnable {

  @Mixin private Console console;
  @Mixin private Contest contest;
  @Mixin private MultVae vae;

  @Option(names = "--engine", paramLabel = "NAME", description = "our engine (default: fast)")
  private String engineName = "fast";

  /**
   * What was measured.
   *
   * @param machine where
   * @param shape of model and batch
   * @param peer the faster of PyTorch's two forms
   * @param timings of every contestant, per update
   * @param ratio median of the peer over ours
   * @param ratioWithoutAdam the same if the peer, but not we, need not do Adam
   */
  record Result(
      Machine machine,
      String shape,
      String peer,
      List<Timing> timings,
      double ratio,
      double ratioWithoutAdam) {}

  @Override
  public void run() {
    EngineProvider provider = Engines.byName(engineName);
    Torch.start(console.threads());
    for (var input : TorchMultVae.Input.values()) {
      Agreement.check(provider, input);
    }
    CsrMatrix items = SyntheticUsers.draw(vae.batchSize, vae.items);
    Batch batch = Batch.range(items, 0, items.rows());
    var initial = Parameters.initial(vae.model(), 1);
    var adam = AdamOptions.of(0.001);
    try (Engine engine =
            provider.create(vae.model(), EngineState.initial(initial), console.threads());
        var dense = new TorchMultVae(TorchMultVae.Input.DENSE, initial);
        var sparse = new TorchMultVae(TorchMultVae.Input.SPARSE, initial)) {
      var contestants =
          List.of(
              new Contestant("Elbo, " + engineName, new OurUpdate(engine, batch, adam)),
              torch("dense input", dense, items, adam),
              torch("sparse input", sparse, items, adam),
              torch("dense input, without Adam", dense, items, null),
              torch("sparse input, without Adam", sparse, items, null));
      report(contest.run(contestants, console::progress));
    }
  }

  /** Every update has noise of its own. */
  private static final class OurUpdate implements Runnable {
    private final Engine engine;
    private final Batch batch;
    private final AdamOptions adam;
    private long update;

    OurUpdate(Engine engine, Batch batch, AdamOptions adam) {
      this.engine = engine;
      this.batch = batch;
      this.adam = adam;
    }

    @Override
    public void run() {
      engine.step(Update.of(batch, Noise.of(1, update++), MultVae.BETA), adam);
    }
  }

  private static Contestant torch(
      String form, TorchMultVae torch, CsrMatrix items, AdamOptions adam) {
    TorchBatch batch = torch.batch(items);
    return new Contestant(
        Torch.name() + ", " + form, () -> torch.step(batch, TorchNoise.DRAWN, MultVae.BETA, adam));
  }

  private void report(List<Timing> timings) {
    Timing ours = timings.get(0);
    Timing peer = Timing.fastest(timings.subList(1, 3));
    Timing withoutAdam = Timing.fastest(timings.subList(3, 5));
    var result =
        new Result(
            Machine.here(console.threads()),
            vae.toString(),
            peer.name(),
            timings,
            peer.median() / ours.median(),
            withoutAdam.median() / ours.median());
    var lines = new ArrayList<String>();
    lines.add(result.machine().toString());
    lines.add("one update of Mult-VAE, " + result.shape() + ", in milliseconds");
    lines.addAll(Timing.table(timings));
    lines.add("losses agree on a small model; the peer is " + result.peer());
    lines.add("ratio to a peer that leaves Adam out: %.2f".formatted(result.ratioWithoutAdam()));
    lines.add("ratio %.2f".formatted(result.ratio()));
    console.report(result, lines);
  }
}
