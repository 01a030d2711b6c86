package dev.elbo.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import dev.elbo.model.Network.Block;
import dev.elbo.model.Parameters;
import dev.elbo.random.Noise;
import dev.elbo.verify.Difference;
import dev.elbo.verify.GoldenCase;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds an engine to the golden tensors, each by name, in the order of computation. They come from
 * PyTorch and from NumPy, so an engine that passes agrees with two programs that are not Elbo.
 *
 * <p>The largest difference of each case is published as a report entry of JUnit, and stands in
 * every failure beside the first tensor that differs.
 */
public abstract class GoldenContract {

  /** What is given to the engine rather than computed by it. */
  private static final Set<String> INPUTS =
      Set.of(
          "input.indptr",
          "input.indices",
          "input.sequence",
          "input.values",
          "input.shape",
          "levels",
          "next",
          "window",
          "log_deviation",
          "mean_kl_of_steps",
          "gamma",
          "norm_epsilon",
          "mixture",
          "schedule",
          "mask",
          "epsilon",
          "draws",
          "expected_draws",
          "dropout",
          "beta",
          "weight_decay",
          "adam.learning_rate",
          "adam.beta1",
          "adam.beta2",
          "adam.epsilon",
          "held_out.indptr",
          "held_out.indices");

  /** The engine under test. */
  protected abstract EngineProvider provider();

  /**
   * How far a tensor may be off, see {@link GoldenCase#difference}; parameters after updates may be
   * off by their roundings as well.
   */
  protected abstract double tolerance();

  /** Largest relative error of one rounding. */
  protected abstract double unitRoundoff();

  /** Every engine gives its scores as float32, whatever it computes in. */
  private double tolerance(GoldenCase golden, String name) {
    return name.equals("scores")
        ? Math.max(tolerance(), 0x1p-24)
        : tolerance() + golden.rounding(name, unitRoundoff());
  }

  static Stream<GoldenCase> cases() {
    return GoldenCase.NAMES.stream().map(GoldenCase::of);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void computesTheGoldenTensors(GoldenCase golden, TestReporter reporter) {
    Optional<String> reason = provider().unavailable();
    assumeTrue(reason.isEmpty(), () -> reason.orElse(""));

    Optional<String> lacking = provider().lacking(golden.asked().outputs());
    assumeTrue(lacking.isEmpty(), () -> "the engine has no " + lacking.orElse(""));

    Map<String, double[]> computed = compute(golden);
    Set<String> expected = new LinkedHashSet<>(golden.tensors().keySet());
    expected.removeAll(INPUTS);
    expected.removeIf(name -> name.startsWith("old.")); // the encoder that the prior remembers
    assertEquals(expected, computed.keySet(), "each golden tensor is computed, and no other");

    Optional<String> first = Optional.empty();
    String worst = "";
    double largest = -1;
    for (String name : expected) {
      assertEquals(golden.values(name).length, computed.get(name).length, name);
      Difference difference = golden.difference(name, computed.get(name));
      if (difference.relative() > largest) {
        largest = difference.relative();
        worst = words(name, difference);
      }
      if (first.isEmpty() && !(difference.relative() <= tolerance(golden, name))) {
        first = Optional.of(words(name, difference));
      }
    }
    reporter.publishEntry("largest difference", worst);
    if (first.isPresent()) {
      fail(
          "the first tensor that differs is %s%nthe largest difference is at %s"
              .formatted(first.get(), worst));
    }
  }

  private static String words(String name, Difference difference) {
    return "%s[%d]: expected %s, found %s, apart by %.2e, relative %.2e"
        .formatted(
            name,
            difference.at(),
            difference.expected(),
            difference.found(),
            difference.absolute(),
            difference.relative());
  }

  /** Everything that a case has a tensor for, by its name. */
  private Map<String, double[]> compute(GoldenCase golden) {
    ModelCase asked = golden.asked();
    Batch batch = asked.batch();
    Noise noise = asked.noise();
    Update update = asked.update();
    EngineState initial = EngineState.initial(asked.parameters()).withFrozen(asked.frozen());
    Map<String, double[]> computed = new LinkedHashMap<>();
    try (Engine engine = provider().create(golden.model(), initial, 2)) {
      put(computed, "", engine.state().parameters());
      for (Activation activation : engine.activations(batch, noise)) {
        if (activation.layer() < golden.model().layers().size()) { // the last is the loss
          computed.put("activation." + activation.name(), golden.dense(activation));
        }
      }
      Loss loss = engine.loss(update);
      computed.put("nll", new double[] {loss.nll()});
      if (golden.tensors().containsKey("kl")) {
        computed.put("kl", new double[] {loss.kl()});
      }
      if (golden.tensors().containsKey("decay")) {
        computed.put("decay", new double[] {loss.decay()});
      }
      computed.put("loss", new double[] {loss.total()});
      put(computed, "gradient.", engine.gradients(update));
      computed.put("scores", scores(golden, batch, engine));
      if (golden.tensors().containsKey("top_n")) {
        rank(golden, batch, engine, computed);
      }
      for (Form form : golden.forms()) {
        engine.restore(initial);
        update(golden, form, update, engine, computed);
      }
    }
    return computed;
  }

  /** Does what the case's schedule says, and keeps what the case has. */
  private static void update(
      GoldenCase golden, Form form, Update first, Engine engine, Map<String, double[]> computed) {
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
        put(computed, prefix, engine.state().parameters());
      }
    }
  }

  private static void put(Map<String, double[]> computed, String prefix, Parameters parameters) {
    parameters
        .tensors()
        .keySet()
        .forEach(name -> computed.put(prefix + name, parameters.float64(name)));
  }

  private static double[] scores(GoldenCase golden, Batch batch, Engine engine) {
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
  private static void rank(
      GoldenCase golden, Batch batch, Engine engine, Map<String, double[]> computed) {
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
    evaluation
        .metrics()
        .forEach((metric, estimate) -> computed.put(metric.name(), new double[] {estimate.mean()}));
  }
}
