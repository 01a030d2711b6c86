package dev.elbo.verify;

import dev.elbo.data.Batch;
import dev.elbo.data.EvaluationUsers;
import dev.elbo.engine.Activation;
import dev.elbo.engine.AdamOptions.Form;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineProvider;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Loss;
import dev.elbo.engine.TopN;
import dev.elbo.engine.Update;
import dev.elbo.eval.Evaluation;
import dev.elbo.eval.Evaluator;
import dev.elbo.eval.Metric;
import dev.elbo.gradients.ModelCase;
import dev.elbo.io.Tensor;
import dev.elbo.model.Network.Block;
import dev.elbo.model.Parameters;
import dev.elbo.random.Noise;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.IntStream;

/** What an engine computes of a golden case: all that the case has a tensor for. */
public final class EngineTensors {

  private static final String SCORES = "scores";

  private final GoldenCase golden;
  private final SequencedMap<String, double[]> computed = new LinkedHashMap<>();

  private EngineTensors(GoldenCase golden) {
    this.golden = golden;
  }

  /**
   * Computes a case: activations, loss, gradients, scores, metrics, and parameters after updates.
   *
   * @param golden the case
   * @param provider makes the engine, which has all that the case asks for
   * @param threads how many threads it may use
   * @return the tensors by their names in the case, of the engine's precision; scores are float32,
   *     whatever an engine computes in
   */
  public static SequencedMap<String, Tensor> of(
      GoldenCase golden, EngineProvider provider, int threads) {
    ModelCase asked = golden.asked();
    EngineState initial = EngineState.initial(asked.parameters()).withFrozen(asked.frozen());
    var tensors = new EngineTensors(golden);
    try (Engine engine = provider.create(golden.model(), initial, threads)) {
      tensors.compute(engine, asked.update());
      for (Form form : golden.forms()) {
        engine.restore(initial);
        tensors.update(form, asked.update(), engine);
      }
      boolean isFloat32 =
          engine.state().parameters().tensors().firstEntry().getValue() instanceof Tensor.Float32;
      return tensors.all(isFloat32);
    }
  }

  private SequencedMap<String, Tensor> all(boolean isFloat32) {
    SequencedMap<String, Tensor> all = new LinkedHashMap<>();
    computed.forEach(
        (name, values) -> {
          int[] shape = golden.tensors().get(name).shape();
          all.put(
              name,
              isFloat32 || name.equals(SCORES)
                  ? new Tensor.Float32(shape, GoldenCase.floats(values))
                  : new Tensor.Float64(shape, values));
        });
    return all;
  }

  private void compute(Engine engine, Update update) {
    Batch batch = update.batch();
    put("", engine.state().parameters());
    for (Activation activation : engine.activations(batch, update.noise())) {
      if (activation.layer() < golden.model().layers().size()) { // the last is the loss
        computed.put("activation." + activation.name(), golden.dense(activation));
      }
    }
    Loss loss = engine.loss(update);
    put("nll", loss.nll());
    if (golden.tensors().containsKey("kl")) {
      put("kl", loss.kl());
    }
    if (golden.tensors().containsKey("decay")) {
      put("decay", loss.decay());
    }
    put("loss", loss.total());
    put("gradient.", engine.gradients(update));
    computed.put(SCORES, scores(batch, engine));
    if (golden.tensors().containsKey("top_n")) {
      rank(batch, engine);
    }
  }

  /** Does what the case's schedule says, and keeps what the case has. */
  private void update(Form form, Update first, Engine engine) {
    int updates = 0;
    for (Set<Block> blocks : golden.schedule()) {
      if (blocks.isEmpty()) {
        engine.freeze();
        continue;
      }
      Noise noise = blocks.contains(Block.ENCODER) ? first.noise() : first.noise().withoutDropout();
      engine.step(
          new Update(first.batch(), noise, first.klWeight(), blocks, first.outputs()),
          golden.adam(form));
      updates++;
      String prefix = "updated.%s.%d.".formatted(form, updates);
      if (golden.tensors().keySet().stream().anyMatch(name -> name.startsWith(prefix))) {
        put(prefix, engine.state().parameters());
      }
    }
  }

  private void put(String name, double value) {
    computed.put(name, new double[] {value});
  }

  private void put(String prefix, Parameters parameters) {
    parameters
        .tensors()
        .keySet()
        .forEach(name -> computed.put(prefix + name, parameters.float64(name)));
  }

  private double[] scores(Batch batch, Engine engine) {
    int items = golden.model().items();
    double[] all = new double[batch.size() * items];
    engine.scores(
        batch,
        (user, scores) -> {
          for (int item = 0; item < items; item++) {
            all[user * items + item] = scores[item];
          }
        });
    return all;
  }

  /** Top-N and metrics. */
  private void rank(Batch batch, Engine engine) {
    int k = golden.tensors().get("top_n").shape()[1];
    double[] topN = new double[batch.size() * k];
    Arrays.fill(topN, -1);
    engine.scores(
        batch,
        (user, scores) -> {
          int[] best = TopN.of(scores, k, golden.input().row(user));
          for (int n = 0; n < best.length; n++) {
            topN[user * k + n] = best[n];
          }
        });
    computed.put("top_n", topN);
    List<String> ids = IntStream.range(0, batch.size()).mapToObj(String::valueOf).toList();
    var users = new EvaluationUsers(ids, golden.input(), golden.heldOut());
    List<Metric> metrics = List.of(Metric.parse("recall@" + k), Metric.parse("ndcg@" + k));
    Evaluation evaluation =
        new Evaluator(users, metrics, golden.input(), batch.size()).evaluate(engine);
    evaluation.metrics().forEach((metric, estimate) -> put(metric.name(), estimate.mean()));
  }
}
