package dev.elbo.bench;

import dev.elbo.bench.Contest.Contestant;
import dev.elbo.bench.TorchEvaluation.Selection;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Engines;
import dev.elbo.eval.AccuracyMetric;
import dev.elbo.eval.Estimate;
import dev.elbo.eval.Evaluator;
import dev.elbo.eval.Ndcg;
import dev.elbo.eval.Recall;
import dev.elbo.model.Parameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Scoring users and evaluating the scores, against PyTorch's forward pass and partial sorts. */
@Command(
    name = "score-vs-torch",
    mixinStandardHelpOptions = true,
    description = "Times scoring with evaluation against PyTorch's.")
final class ScoreVsTorch implements Runnable {

  private static final List<AccuracyMetric> METRICS =
      List.of(new Ndcg(100), new Recall(20), new Recall(50));

  /**
   * Largest relative difference between our metrics and the peer's: float32 scores that differ in
   * the last place may change places.
   */
  private static final double TOLERANCE = 1e-3;

  @Mixin private Console console;
  @Mixin private Contest contest;
  @Mixin private MultVae vae;

  @Option(
      names = "--users",
      paramLabel = "N",
      description = "users to evaluate on (default: ${DEFAULT-VALUE})")
  private int users = 10_000;

  @Option(names = "--engine", paramLabel = "NAME", description = "our engine (default: fast)")
  private String engineName = "fast";

  /**
   * What was measured.
   *
   * @param machine where
   * @param shape of model and batch
   * @param users number of users
   * @param peer the fastest of PyTorch's forms
   * @param timings of every contestant, for all users
   * @param ratio median of the peer over ours
   */
  record Result(
      Machine machine, String shape, int users, String peer, List<Timing> timings, double ratio) {}

  @Override
  public void run() {
    Torch.start(console.threads());
    var split = SyntheticUsers.split(SyntheticUsers.draw(users, vae.items));
    var initial = Parameters.initial(vae.model(), 1);
    try (Engine engine =
            Engines.byName(engineName)
                .create(vae.model(), EngineState.initial(initial), console.threads());
        var dense = new TorchMultVae(TorchModel.Input.DENSE, vae.model(), initial);
        var sparse = new TorchMultVae(TorchModel.Input.SPARSE, vae.model(), initial)) {
      var ours = new Evaluator(split, METRICS, split.foldIn(), vae.batchSize);
      var denseEvaluation = new TorchEvaluation(dense, split, METRICS, vae.batchSize);
      var sparseEvaluation = new TorchEvaluation(sparse, split, METRICS, vae.batchSize);
      check(ours, engine, denseEvaluation, Selection.TOP_K);
      check(ours, engine, sparseEvaluation, Selection.ARG_PARTITION);
      report(
          contest.run(
              List.of(
                  new Contestant("Elbo, " + engineName, () -> ours.evaluate(engine)),
                  torch("dense input, topk", denseEvaluation, Selection.TOP_K),
                  torch("sparse input, topk", sparseEvaluation, Selection.TOP_K),
                  torch("sparse input, argpartition", sparseEvaluation, Selection.ARG_PARTITION)),
              console::progress));
    }
  }

  private static void check(
      Evaluator ours, Engine engine, TorchEvaluation torch, Selection selection) {
    List<Double> expected =
        ours.evaluate(engine).metrics().values().stream().map(Estimate::mean).toList();
    double[] found = torch.evaluate(selection);
    boolean agree =
        IntStream.range(0, found.length)
            .allMatch(m -> Math.abs(found[m] - expected.get(m)) <= TOLERANCE * expected.get(m));
    if (!agree) {
      throw new IllegalStateException(
          "our metrics %s are not PyTorch's, %s (%s)"
              .formatted(expected, Arrays.toString(found), selection));
    }
  }

  private static Contestant torch(String form, TorchEvaluation evaluation, Selection selection) {
    return new Contestant(Torch.name() + ", " + form, () -> evaluation.evaluate(selection));
  }

  private void report(List<Timing> timings) {
    Timing peer = Timing.fastest(timings.subList(1, timings.size()));
    var result =
        new Result(
            Machine.here(console.threads()),
            vae.toString(),
            users,
            peer.name(),
            timings,
            peer.median() / timings.getFirst().median());
    var lines = new ArrayList<String>();
    lines.add(result.machine().toString());
    lines.add(
        "scoring and evaluating %d users, %s, in milliseconds".formatted(users, result.shape()));
    lines.addAll(Timing.table(timings));
    lines.add("metrics agree; the peer is " + result.peer());
    lines.add("ratio %.2f".formatted(result.ratio()));
    console.report(result, lines);
  }
}
