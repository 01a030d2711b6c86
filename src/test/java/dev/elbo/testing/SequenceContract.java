package dev.elbo.testing;

import static dev.elbo.testing.States.assertSameBits;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.elbo.ElboException;
import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Activation;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.AdamOptions.Form;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineProvider;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Loss;
import dev.elbo.engine.Update;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.model.Architecture;
import dev.elbo.model.Model;
import dev.elbo.model.ModelOptions;
import dev.elbo.model.Parameters;
import dev.elbo.model.SequenceOptions;
import dev.elbo.random.Noise;
import dev.elbo.reference.ReferenceEngineProvider;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an engine promises of models that read items in the order of time, besides what {@link
 * EngineContract} says of all.
 */
public abstract class SequenceContract {

  private static final Noise NOISE = Noise.of(5, 17);
  private static final double BETA = 0.2;

  /** Epsilon is large, so that the update of a gradient near zero does not hang on its sign. */
  private static final AdamOptions ADAM = new AdamOptions(0.01, 0.9, 0.999, 1e-3, Form.TENSORFLOW);

  /** The engine under test. */
  protected abstract EngineProvider provider();

  /** How far two values may be apart, as in {@link EngineContract}. */
  protected abstract double tolerance();

  @BeforeEach
  void skipWhereItCannotRun() {
    Optional<String> reason = provider().unavailable();
    assumeTrue(reason.isEmpty(), () -> reason.orElse(""));
  }

  /** Widths that are no multiple of anything, up to more than eight vectors side by side. */
  static Stream<Example> examples() {
    return Stream.of(
        example("svae", 6, 11, List.of(5, 7, 3), 2, SequenceOptions.SACHDEVA),
        example("smallest", 3, 2, List.of(1, 1), 1, new SequenceOptions(1, 0, false, false)),
        example("in windows", 7, 23, List.of(6, 9), 3, new SequenceOptions(3, 4, false, false)),
        example("as its code", 5, 13, List.of(4, 6, 5), 3, new SequenceOptions(4, 0, true, true)),
        example("large", 30, 90, List.of(33, 141, 40), 17, new SequenceOptions(4, 25, true, true)));
  }

  private static Example example(
      String name,
      int users,
      int items,
      List<Integer> hidden,
      int latent,
      SequenceOptions sequence) {
    RandomGenerator random = new SplittableRandom(items);
    Model model =
        new ModelOptions(Architecture.SVAE, hidden, latent, 0, 0.01, null, null, sequence)
            .model(items);
    CsrMatrix matrix =
        RandomValues.inRandomOrder(RandomValues.sparse(users + 2, items, random), random);
    int[] rows = new int[users];
    Arrays.setAll(rows, b -> users + 1 - b);
    EngineState state = EngineState.initial(RandomValues.parameters(model, random));
    return new Example(name, model, Batch.of(matrix, rows), state);
  }

  private Engine engine(Example example) {
    return provider().create(example.model(), example.state(), 2);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void agreesWithTheReference(Example example) {
    Batch batch = example.batch();
    try (Engine engine = engine(example);
        Engine reference =
            new ReferenceEngineProvider().create(example.model(), example.state(), 2)) {
      List<Activation> expected = reference.activations(batch, NOISE);
      List<Activation> found = engine.activations(batch, NOISE);
      assertEquals(example.model().layers().size() + 1, found.size(), "every layer is computed");
      assertEquals(found.size(), expected.size());
      for (int layer = 0; layer < expected.size(); layer++) {
        String name = expected.get(layer).name();
        assertEquals(name, found.get(layer).name());
        assertClose(name, expected.get(layer).values(), found.get(layer).values());
      }
      assertClose(
          reference.loss(Update.of(batch, NOISE, BETA)),
          engine.loss(Update.of(batch, NOISE, BETA)));
      States.assertClose(
          "gradient",
          reference.gradients(Update.of(batch, NOISE, BETA)),
          engine.gradients(Update.of(batch, NOISE, BETA)),
          tolerance());
      for (int update = 0; update < 5; update++) {
        reference.step(Update.of(batch, Noise.of(5, update), BETA), ADAM);
        engine.step(Update.of(batch, Noise.of(5, update), BETA), ADAM);
      }
      States.assertClose(reference.state(), engine.state(), tolerance());
      for (Noise noise : List.of(Noise.NONE, Noise.sampling(3))) {
        float[][] scores = scores(reference, batch, noise);
        float[][] others = scores(engine, batch, noise);
        for (int b = 0; b < batch.size(); b++) {
          assertArrayEquals(scores[b], others[b], (float) (10 * tolerance()));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void resultsDoNotDependOnTheNumberOfThreads(Example example) {
    Batch batch = example.batch();
    try (Engine one = provider().create(example.model(), example.state(), 1);
        Engine three = provider().create(example.model(), example.state(), 3)) {
      assertEquals(
          one.loss(Update.of(batch, NOISE, BETA)), three.loss(Update.of(batch, NOISE, BETA)));
      assertArrayEquals(scores(one, batch, Noise.NONE), scores(three, batch, Noise.NONE));
      for (int update = 0; update < 3; update++) {
        one.step(Update.of(batch, Noise.of(5, update), BETA), ADAM);
        three.step(Update.of(batch, Noise.of(5, update), BETA), ADAM);
      }
      assertSameBits(one.state(), three.state());
    }
  }

  /** Noise is keyed by user and step, so a user's does not depend on the others. */
  @ParameterizedTest
  @MethodSource("examples")
  void lossAndGradientsAreMeansOverUsers(Example example) {
    Model model = example.withoutDecay(); // decay is no mean over users
    Batch batch = example.batch();
    try (Engine engine = provider().create(model, example.state(), 2)) {
      Loss together = engine.loss(Update.of(batch, NOISE, BETA));
      Parameters gradients = engine.gradients(Update.of(batch, NOISE, BETA));
      double nll = 0;
      double kl = 0;
      Parameters sums = States.zeros(example.state().parameters());
      for (int b = 0; b < batch.size(); b++) {
        Batch only = new Batch(new int[] {batch.users()[b]}, batch.items().select(b));
        Loss loss = engine.loss(Update.of(only, NOISE, BETA));
        nll += loss.nll() / batch.size();
        kl += loss.kl() / batch.size();
        Parameters ofUser = engine.gradients(Update.of(only, NOISE, BETA));
        for (String name : sums.tensors().keySet()) {
          double[] sum = sums.float64(name);
          double[] g = ofUser.float64(name);
          Arrays.setAll(sum, n -> sum[n] + g[n] / batch.size());
        }
      }
      assertClose(new Loss(nll, kl, BETA * kl, 0), together);
      States.assertClose("gradient", sums, gradients, tolerance());
    }
  }

  /**
   * A user's last scores are the logits of the last step of a user who has one item more: that item
   * is only to be predicted.
   */
  @Test
  void scoresAreTheLogitsAfterTheLastItem() {
    Example example = examples().findFirst().orElseThrow();
    int items = example.model().items();
    int[] order = {4, 2, 7, 0};
    CsrMatrix history = history(items, order);
    CsrMatrix longer = history(items, 4, 2, 7, 0, 5);
    try (Engine engine = engine(example)) {
      List<Activation> activations = engine.activations(Batch.range(longer, 0, 1), Noise.NONE);
      double[] logits = activations.get(activations.size() - 2).values();
      float[] scores = scores(engine, Batch.range(history, 0, 1), Noise.NONE)[0];
      for (int i = 0; i < items; i++) {
        assertEquals((float) logits[(order.length - 1) * items + i], scores[i], tolerance());
      }
    }
  }

  @Test
  void theOrderOfTheItemsCounts() {
    Example example = examples().findFirst().orElseThrow();
    int items = example.model().items();
    try (Engine engine = engine(example)) {
      float[] one = scores(engine, Batch.range(history(items, 1, 2, 3), 0, 1), Noise.NONE)[0];
      float[] other = scores(engine, Batch.range(history(items, 3, 2, 1), 0, 1), Noise.NONE)[0];
      assertEquals(false, Arrays.equals(one, other));
    }
  }

  @Test
  void refusesItemsWithoutAnOrder() {
    Example example = examples().findFirst().orElseThrow();
    CsrMatrix items = example.batch().items();
    CsrMatrix without = new CsrMatrix(items.columns(), items.indptr(), items.indices());
    Batch batch = new Batch(example.batch().users(), without);
    try (Engine engine = engine(example)) {
      assertThrows(ElboException.class, () -> engine.loss(Update.of(batch, NOISE, BETA)));
      assertThrows(ElboException.class, () -> engine.scores(batch, (_, _) -> {}));
    }
  }

  private static CsrMatrix history(int items, int... inOrder) {
    int[] rows = new int[inOrder.length];
    return CsrMatrix.of(1, items, rows, inOrder).inOrder(rows, inOrder);
  }

  private static float[][] scores(Engine engine, Batch batch, Noise noise) {
    float[][] all = new float[batch.size()][];
    engine.scores(batch, noise, (position, scores) -> all[position] = scores.clone());
    return all;
  }

  private void assertClose(Loss expected, Loss found) {
    States.assertClose("nll", expected.nll(), found.nll(), tolerance());
    States.assertClose("kl", expected.kl(), found.kl(), tolerance());
    States.assertClose("decay", expected.decay(), found.decay(), tolerance());
  }

  private void assertClose(String name, double[] expected, double[] found) {
    assertEquals(expected.length, found.length, name);
    for (int n = 0; n < expected.length; n++) {
      States.assertClose(name + ", " + n, expected[n], found[n], tolerance());
    }
  }
}
