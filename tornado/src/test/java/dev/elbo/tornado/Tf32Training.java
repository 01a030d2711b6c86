package dev.elbo.tornado;

import dev.elbo.data.PreparedData;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineProvider;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Engines;
import dev.elbo.engine.Loss;
import dev.elbo.eval.Evaluator;
import dev.elbo.eval.Metric;
import dev.elbo.model.Architecture;
import dev.elbo.model.KlAnnealing;
import dev.elbo.model.Model;
import dev.elbo.model.ModelOptions;
import dev.elbo.tornado.products.CuBlas;
import dev.elbo.train.Checkpoint;
import dev.elbo.train.Checkpoint.Progress;
import dev.elbo.train.Criterion;
import dev.elbo.train.EpochResult;
import dev.elbo.train.RunOptions;
import dev.elbo.train.Trainer;
import dev.elbo.train.TrainingListener;
import dev.elbo.train.TrainingOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What TF32 costs, emulated: trains Mult-VAE by the fast engine, and by this one in plain Java with
 * the products of {@link Sgemm} in float32 and in TF32, from the same initial values and with the
 * same noise. Started by hand, with a directory of prepared data.
 */
final class Tf32Training {

  private static final int EPOCHS = 60;
  private static final int SEEDS = 2;
  private static final Metric NDCG =
      (Metric) ((Criterion.OfMetric) Criterion.parse("ndcg@100")).metric();

  private Tf32Training() {}

  /** Prints a row for each seed and arithmetic. */
  @SuppressWarnings("SystemOut")
  public static void main(String[] args) {
    PreparedData data = PreparedData.read(Path.of(args[0]));
    SequencedMap<String, EngineProvider> engines = new LinkedHashMap<>();
    engines.put("`fast`, float32", Engines.byName("fast"));
    engines.put("emulated, float32", new PlainEngines(CuBlas.float32(), Integer.MAX_VALUE));
    engines.put("emulated, TF32", new PlainEngines(CuBlas.tuned(Sgemm.TF32), Integer.MAX_VALUE));
    System.out.println("| products | seed | loss, last epoch | validation | test |");
    System.out.println("|---|---:|---:|---:|---:|");
    for (int seed = 1; seed <= SEEDS; seed++) {
      for (var engine : engines.entrySet()) {
        System.out.printf(
            "| %s | %d | %s |%n", engine.getKey(), seed, row(engine.getValue(), data, seed));
      }
    }
  }

  /** The last epoch's loss; NDCG@100 of the best epoch, of validation and of test users. */
  private static String row(EngineProvider provider, PreparedData data, long seed) {
    var options =
        new TrainingOptions(
            EPOCHS,
            /* batchSize= */ 100,
            new KlAnnealing.Beta(0.2),
            AdamOptions.of(0.001),
            new Criterion.OfMetric(NDCG),
            List.of(NDCG),
            /* patience= */ 0,
            seed);
    Model model =
        new ModelOptions(Architecture.MULT_VAE, List.of(200), 50, 0.5, 0)
            .model(data.itemIds().size());
    var initial =
        EngineState.initial(model, seed, RunOptions.of(Architecture.MULT_VAE).initialization());
    var kept = new Kept();
    var silent =
        new TrainingListener() {
          @Override
          public void updated(int epoch, int users, Loss loss) {}

          @Override
          public void finished(EpochResult result, boolean best) {}
        };
    int threads = Runtime.getRuntime().availableProcessors();
    try (Engine engine = provider.create(model, initial, threads)) {
      new Trainer(engine, data, options, silent)
          .run(
              Progress.none(RunOptions.of(Architecture.MULT_VAE).with(options), "", data.sha256()),
              kept);
      engine.restore(kept.state);
      double test =
          new Evaluator(data.test(), List.of(NDCG), data.train(), 500)
              .evaluate(engine)
              .byName()
              .firstEntry()
              .getValue()
              .mean();
      return "%.4f | %.4f | %.4f"
          .formatted(kept.last.loss(), kept.best.validation().firstEntry().getValue().mean(), test);
    }
  }

  /** What training leaves. */
  private static final class Kept implements Trainer.Output {
    private EngineState state;
    private EpochResult best;
    private EpochResult last;

    @Override
    public void best(EngineState after, EpochResult result) {
      state = after;
      best = result;
    }

    @Override
    public void checkpoint(Checkpoint checkpoint) {
      last = checkpoint.progress().epochs().getLast();
    }
  }
}
