package dev.elbo.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.elbo.data.Batch;
import dev.elbo.engine.Activation;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Engine;
import dev.elbo.engine.Loss;
import dev.elbo.engine.Outputs;
import dev.elbo.engine.Update;
import dev.elbo.model.KlWeight;
import dev.elbo.model.Network.Block;
import dev.elbo.random.Noise;
import dev.elbo.reference.ReferenceEngineProvider;
import dev.elbo.testing.Example;
import dev.elbo.testing.States;
import dev.elbo.testing.ThreadsContract;
import dev.elbo.testing.Tolerances;
import dev.elbo.tornado.products.TiledGemm;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The kernels as plain Java, without a device: passes through whole models, against the reference,
 * layer by layer, so that the first that fails is named. What a device is asked to do is what is
 * done here, graph by graph and task by task.
 */
class KernelsTest {

  private static final Noise NOISE = Noise.of(5, 17);
  private static final double BETA = 0.2;
  private static final AdamOptions ADAM =
      new AdamOptions(0.01, 0.9, 0.999, 1e-3, AdamOptions.Form.PYTORCH);

  /** Items of groups take turns here, so that large models take too long. */
  static final int MOST_ITEMS = 25;

  static Stream<Example> examples() {
    return ThreadsContract.examples().filter(example -> example.model().items() <= MOST_ITEMS);
  }

  static Stream<Example> sampled() {
    return Example.sampled().filter(example -> example.model().items() <= MOST_ITEMS);
  }

  private static Engine plain(Example example) {
    return new TornadoEngine(
        example.model(), example.state(), PlainGraphs.backend(new TiledGemm()), 2);
  }

  private static Engine reference(Example example) {
    return new ReferenceEngineProvider().create(example.model(), example.state(), 1);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyKernelAgreesWithTheReference(Example example) {
    Batch batch = example.batch();
    try (Engine engine = plain(example);
        Engine reference = reference(example)) {
      assertSameActivations(reference.activations(batch, NOISE), engine.activations(batch, NOISE));
      assertSamePass(reference, engine, Update.of(batch, NOISE, BETA));
      assertSameScores(reference, engine, batch);
    }
  }

  @ParameterizedTest
  @MethodSource("sampled")
  void sampledOutputsAgreeWithTheReference(Example example) {
    try (Engine engine = plain(example);
        Engine reference = reference(example)) {
      assertSamePass(reference, engine, example.sampled(NOISE, BETA));
      assertSameScores(reference, engine, example.batch());
    }
  }

  /**
   * The encoder alone, then what the prior remembers, then the decoder alone; as RecVAE does it.
   */
  @ParameterizedTest
  @MethodSource("examples")
  void blocksAreUpdatedInTurn(Example example) {
    KlWeight perItem = new KlWeight(0.05, /* perItem= */ true);
    Outputs all = new Outputs.All();
    Update encoder = new Update(example.batch(), NOISE, perItem, Set.of(Block.ENCODER), all);
    Update decoder = new Update(example.batch(), NOISE, perItem, Set.of(Block.DECODER), all);
    try (Engine engine = plain(example);
        Engine reference = reference(example)) {
      for (Engine each : List.of(engine, reference)) {
        each.step(encoder, ADAM);
        each.freeze();
      }
      assertSamePass(reference, engine, decoder);
    }
  }

  /** The loss, every gradient, and an update. */
  private static void assertSamePass(Engine reference, Engine engine, Update update) {
    Loss expected = reference.loss(update);
    Loss found = engine.loss(update);
    States.assertClose("nll", expected.nll(), found.nll(), Tolerances.FLOAT32);
    States.assertClose("kl", expected.kl(), found.kl(), Tolerances.FLOAT32);
    States.assertClose("weighted", expected.weightedKl(), found.weightedKl(), Tolerances.FLOAT32);
    States.assertClose("decay", expected.decay(), found.decay(), Tolerances.FLOAT32);
    States.assertClose(
        "gradient", reference.gradients(update), engine.gradients(update), Tolerances.FLOAT32);
    reference.step(update, ADAM);
    engine.step(update, ADAM);
    States.assertClose(reference.state(), engine.state(), Tolerances.FLOAT32);
  }

  private static void assertSameActivations(List<Activation> expected, List<Activation> found) {
    assertEquals(expected.size(), found.size());
    for (int layer = 0; layer < expected.size(); layer++) {
      double[] left = expected.get(layer).values();
      double[] right = found.get(layer).values();
      String name = expected.get(layer).name();
      assertEquals(left.length, right.length, name);
      for (int n = 0; n < left.length; n++) {
        States.assertClose(name + ", value " + n, left[n], right[n], Tolerances.FLOAT32);
      }
    }
  }

  private static void assertSameScores(Engine reference, Engine engine, Batch batch) {
    float[][] expected = new float[batch.size()][];
    reference.scores(batch, (b, scores) -> expected[b] = scores.clone());
    engine.scores(
        batch,
        (b, scores) -> {
          for (int i = 0; i < scores.length; i++) {
            States.assertClose("score", expected[b][i], scores[i], Tolerances.FLOAT32);
          }
        });
  }
}
