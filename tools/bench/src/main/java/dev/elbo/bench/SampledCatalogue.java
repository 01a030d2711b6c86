package dev.elbo.bench;

import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.data.EvaluationUsers;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Engines;
import dev.elbo.engine.Loss;
import dev.elbo.engine.Scorer;
import dev.elbo.engine.Update;
import dev.elbo.eval.Estimate;
import dev.elbo.eval.Evaluator;
import dev.elbo.eval.Metric;
import dev.elbo.linalg.Workers;
import dev.elbo.model.KlWeight;
import dev.elbo.model.Parameters;
import dev.elbo.random.Noise;
import dev.elbo.random.Philox;
import dev.elbo.train.OutputSampler;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How good a model of a made-up catalogue becomes in how much time. */
@Command(
    name = "sampled-catalogue",
    mixinStandardHelpOptions = true,
    description = "Trains on users whose distribution is known, and measures now and then.")
final class SampledCatalogue implements Runnable {

  private static final int EVALUATED_TOGETHER = 100;

  @Mixin private Console console;
  @Mixin private MultVae vae;
  @Mixin private SampledOutputs sampled;

  @Option(names = "--users", paramLabel = "N", description = "training users (${DEFAULT-VALUE})")
  private int users = 200_000;

  @Option(names = "--test-users", paramLabel = "N", description = "others (${DEFAULT-VALUE})")
  private int testUsers = 1000;

  @Option(names = "--minutes", paramLabel = "X", description = "of training (${DEFAULT-VALUE})")
  private double minutes = 20;

  @Option(names = "--epochs", paramLabel = "N", description = "at most (${DEFAULT-VALUE})")
  private int epochs = 1000;

  @Option(names = "--every", paramLabel = "X", description = "minutes (${DEFAULT-VALUE})")
  private double every = 5;

  @Option(names = "--warm-up-epochs", paramLabel = "X", description = "of beta (${DEFAULT-VALUE})")
  private double warmUp = 5;

  @Option(names = "--learning-rate", paramLabel = "X", description = "(${DEFAULT-VALUE})")
  private double learningRate = 1e-3;

  /**
   * What was measured at some moment.
   *
   * @param minutes of training until then, measuring not counted
   * @param updates until then
   * @param epochs until then
   * @param nll mean of the losses of the updates since the moment before
   * @param ndcg NDCG@100 on the test users
   */
  record Moment(double minutes, long updates, double epochs, double nll, Estimate ndcg) {}

  @Override
  public void run() {
    var catalogue = new Catalogue(users + testUsers, vae.items, 1);
    CsrMatrix drawn;
    try (Workers workers = new Workers(console.threads())) {
      drawn = catalogue.draw(workers);
    }
    CsrMatrix train = drawn.select(IntStream.range(0, users).toArray());
    EvaluationUsers test =
        SyntheticUsers.split(drawn.select(IntStream.range(users, users + testUsers).toArray()));
    var evaluator =
        new Evaluator(test, List.of(Metric.parse("ndcg@100")), train, EVALUATED_TOGETHER);
    Scorer best =
        (batch, sink) ->
            catalogue.scores(
                new Batch(
                    Arrays.stream(batch.users()).map(user -> users + user).toArray(),
                    batch.items()),
                sink);
    console.progress(
        "%,d events; the distribution itself has %s"
            .formatted(train.size(), ndcg(evaluator, best)));
    try (Engine engine = create()) {
      train(engine, train, evaluator);
    }
  }

  private static Estimate ndcg(Evaluator evaluator, Scorer scorer) {
    return evaluator.evaluate(scorer).byName().firstEntry().getValue();
  }

  /** The initial parameters are let go once the engine has them. */
  private Engine create() {
    var initial = EngineState.initial(Parameters.initial(vae.model(), 1));
    return Engines.byName("fast").create(vae.model(), initial, console.threads());
  }

  private void train(Engine engine, CsrMatrix train, Evaluator evaluator) {
    OutputSampler sampler = sampled.sampler(train.columnCounts());
    AdamOptions adam = sampled.adam(learningRate);
    double perEpoch = (double) users / vae.batchSize;
    double seconds = 0;
    double next = 60 * every;
    double nll = 0;
    long measured = 0;
    int[] order = {};
    for (long update = 0; ; update++) {
      int from = (int) (update * vae.batchSize % users);
      boolean ends = seconds >= 60 * minutes || update >= epochs * perEpoch;
      if (seconds >= next || ends) {
        double mean = nll / Math.max(1, update - measured);
        long start = System.nanoTime();
        Estimate ndcg = ndcg(evaluator, engine);
        console.report(
            new Moment(seconds / 60, update, update / perEpoch, mean, ndcg),
            List.of(
                String.format(
                    Locale.ROOT,
                    "| %.1f | %,d | %.2f | %.2f | %s |",
                    seconds / 60,
                    update,
                    update / perEpoch,
                    mean,
                    ndcg)));
        console.progress("measured in %.0f s".formatted((System.nanoTime() - start) * 1e-9));
        next = seconds + 60 * every;
        nll = 0;
        measured = update;
      }
      if (ends) {
        return;
      }
      if (from == 0) {
        int epoch = (int) (update / perEpoch);
        order = Philox.stream(1, Philox.Purpose.SHUFFLE, epoch).permutation(users);
      }
      Noise noise = Noise.of(1, update);
      long start = System.nanoTime();
      int to = Math.min(from + vae.batchSize, users);
      Batch batch = Batch.of(train, Arrays.copyOfRange(order, from, to));
      double beta = MultVae.BETA * Math.min(1, update / (warmUp * perEpoch));
      Loss loss =
          engine.step(
              new Update(batch, noise, KlWeight.of(beta), Update.ALL, sampler.draw(noise)), adam);
      seconds += (System.nanoTime() - start) * 1e-9;
      nll += loss.nll();
    }
  }
}
