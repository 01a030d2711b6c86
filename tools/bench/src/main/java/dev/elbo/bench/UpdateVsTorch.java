package dev.elbo.bench;

import dev.elbo.bench.Contest.Contestant;
import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineProvider;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Engines;
import dev.elbo.model.Model;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One update of a model, noise and Adam included, against PyTorch's. */
@Command(
    name = "update-vs-torch",
    mixinStandardHelpOptions = true,
    description = "Times one update of a model against PyTorch's.")
final class UpdateVsTorch implements Runnable {

  /** Ours, and PyTorch's: two forms of input, each with Adam and without. */
  private static final int CONTESTANTS = 5;

  @Mixin private Console console;
  @Mixin private Contest contest;
  @Mixin private MultVae sizes;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description =
          "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}); Mult-DAE has no hidden layer"
              + " beside the latent one; the encoder of RecVAE has five, and its updates are of the"
              + " encoder or of the decoder; SVAE has item vectors of 1.28 H, a recurrent layer of"
              + " H and tanh layers of 0.75 H")
  private Measured measured = Measured.MULT_VAE;

  @Option(names = "--engine", paramLabel = "NAME", description = "our engine (default: fast)")
  private String engineName = "fast";

  /**
   * What was measured.
   *
   * @param machine where
   * @param shape of model and batch
   * @param updates of each kind
   */
  record Result(Machine machine, String shape, List<OfKind> updates) {}

  /**
   * Updates of one kind.
   *
   * @param of what is updated
   * @param peer the faster of PyTorch's two forms
   * @param timings of every contestant, per update
   * @param ratio median of the peer over ours
   * @param ratioWithoutAdam the same if the peer, but not we, need not do Adam
   */
  record OfKind(
      String of, String peer, List<Timing> timings, double ratio, double ratioWithoutAdam) {

    static OfKind of(Kind kind, List<Timing> timings) {
      double ours = timings.get(0).median();
      Timing peer = Timing.fastest(timings.subList(1, 3));
      Timing withoutAdam = Timing.fastest(timings.subList(3, 5));
      return new OfKind(
          kind.name(), peer.name(), timings, peer.median() / ours, withoutAdam.median() / ours);
    }
  }

  @Override
  public void run() {
    EngineProvider provider = Engines.byName(engineName);
    Torch.start(console.threads());
    for (var input : TorchModel.Input.values()) {
      Agreement.check(provider, measured, input);
    }
    CsrMatrix items = measured.users(sizes.batchSize, sizes.items);
    Batch batch = Batch.range(items, 0, items.rows());
    Model model = measured.model(sizes.items, sizes.hidden, sizes.latent);
    EngineState start = measured.start(model);
    var adam = AdamOptions.of(0.001);
    try (Engine engine = provider.create(model, start, console.threads());
        TorchModel dense = measured.torch(TorchModel.Input.DENSE, model, start);
        TorchModel sparse = measured.torch(TorchModel.Input.SPARSE, model, start)) {
      var contestants = new ArrayList<Contestant>();
      TorchBatch denseBatch = dense.batch(items);
      TorchBatch sparseBatch = sparse.batch(items);
      for (Kind kind : measured.kinds()) {
        contestants.add(
            new Contestant("Elbo, " + engineName, new OurUpdate(engine, kind, batch, adam)));
        contestants.add(torch("dense input", dense, kind, denseBatch, adam));
        contestants.add(torch("sparse input", sparse, kind, sparseBatch, adam));
        contestants.add(torch("dense input, without Adam", dense, kind, denseBatch, null));
        contestants.add(torch("sparse input, without Adam", sparse, kind, sparseBatch, null));
      }
      report(contest.run(contestants, console::progress));
    }
  }

  private static Contestant torch(
      String form, TorchModel torch, Kind kind, TorchBatch batch, AdamOptions adam) {
    return new Contestant(
        Torch.name() + ", " + form,
        () -> torch.step(batch, kind.torchNoise(), kind.blocks(), adam));
  }

  private void report(List<Timing> timings) {
    Machine machine = Machine.here(console.threads());
    var updates = new ArrayList<OfKind>();
    var lines = new ArrayList<String>();
    lines.add(machine.toString());
    for (Kind kind : measured.kinds()) {
      int from = updates.size() * CONTESTANTS;
      OfKind update = OfKind.of(kind, timings.subList(from, from + CONTESTANTS));
      updates.add(update);
      lines.add("one update of %s, %s, in milliseconds".formatted(kind.name(), sizes));
      lines.addAll(Timing.table(update.timings()));
      lines.add("losses agree on a small model; the peer is " + update.peer());
      lines.add("ratio to a peer that leaves Adam out: %.2f".formatted(update.ratioWithoutAdam()));
      lines.add("ratio %.2f".formatted(update.ratio()));
    }
    console.report(new Result(machine, sizes.toString(), updates), lines);
  }
}
