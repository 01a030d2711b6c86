package dev.elbo.testing;

import static dev.elbo.testing.States.assertSameBits;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.elbo.ElboException;
import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.data.EvaluationUsers;
import dev.elbo.engine.Activation;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.AdamOptions.Form;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineProvider;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Loss;
import dev.elbo.engine.Outputs;
import dev.elbo.engine.Update;
import dev.elbo.eval.Evaluation;
import dev.elbo.eval.Evaluator;
import dev.elbo.eval.Metric;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.io.Tensor;
import dev.elbo.model.KlWeight;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.LayerSpec.Affine;
import dev.elbo.model.Model;
import dev.elbo.model.Network.Block;
import dev.elbo.model.Objective.MultinomialLoss;
import dev.elbo.model.ParameterSpec;
import dev.elbo.model.Parameters;
import dev.elbo.random.Noise;
import dev.elbo.reference.ReferenceEngineProvider;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@link Engine} promises, whatever computes it. A test of an engine extends this class and
 * names the engine; that its gradients are right is tested elsewhere.
 *
 * <p>Two things are compared bit for bit: what the contract says does not change, and what it says
 * does not depend on the number of threads. All else may differ by {@link #tolerance()}.
 */
public abstract class EngineContract {

  private static final Noise NOISE = Noise.of(5, 17);
  private static final double BETA = 0.2;

  /** Updates after which nothing of a first moment is left, and little of a second one. */
  private static final int LONG = 1000;

  /** Epsilon is large, so that the update of a gradient near zero does not hang on its sign. */
  private static final AdamOptions ADAM = new AdamOptions(0.01, 0.9, 0.999, 1e-3, Form.TENSORFLOW);

  /** The engine under test. */
  protected abstract EngineProvider provider();

  /**
   * How far two values may be apart that exact arithmetic would make equal, relative to {@code
   * max(1, |value|)}.
   */
  protected abstract double tolerance();

  /** The same after twenty updates or a thousand, whose roundings add up. */
  protected double toleranceAfterManyUpdates() {
    return tolerance();
  }

  @BeforeEach
  void skipWhereItCannotRun() {
    Optional<String> reason = provider().unavailable();
    assumeTrue(reason.isEmpty(), () -> reason.orElse(""));
  }

  private Engine engine(Example example) {
    return provider().create(example.model(), example.state(), 2);
  }

  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#all")
  void stateIsWhatWasRestored(Example example) {
    try (Engine engine = engine(example)) {
      assertClose(example.state(), engine.state());
      EngineState held = engine.state();
      engine.step(Update.of(example.batch(), NOISE, BETA), ADAM);
      assertFalse(sameBits(held, engine.state()), "a step changes the state");
      engine.restore(held);
      assertSameBits(held, engine.state());
    }
  }

  @Test
  void stateWithoutMomentsStartsThemAtZero() {
    Example example = Example.MULT_VAE;
    EngineState start = EngineState.initial(example.state().parameters());
    try (Engine engine = engine(example);
        Engine fresh = provider().create(example.model(), start, 2)) {
      engine.restore(start);
      assertSameBits(fresh.state(), engine.state());
      assertEquals(example.model(), engine.model());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#all")
  void stateIsACopyBothWays(Example example) {
    try (Engine engine = engine(example)) {
      EngineState given = engine.state();
      EngineState expected = engine.state();
      engine.restore(given);
      Parameters gradients = engine.gradients(Update.of(example.batch(), NOISE, BETA));
      for (Parameters parameters :
          List.of(given.parameters(), given.firstMoments(), given.secondMoments(), gradients)) {
        parameters.tensors().values().forEach(EngineContract::overwrite);
      }
      assertSameBits(expected, engine.state());
    }
  }

  private static void overwrite(Tensor tensor) {
    switch (tensor) {
      case Tensor.Float32(_, float[] values) -> Arrays.fill(values, 99);
      case Tensor.Float64(_, double[] values) -> Arrays.fill(values, 99);
      case Tensor.Int32 _, Tensor.Int64 _ -> throw new AssertionError(tensor);
    }
  }

  /** Two engines that share a batch make the update of one that has all of it. */
  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#all")
  void anUpdateIsShared(Example example) {
    assumeTrue(sharesUpdates(), "the engine makes its updates alone");
    Update whole = Update.of(example.batch(), NOISE, BETA);
    int users = example.batch().size();
    Update some = share(whole, 0);
    Update others = share(whole, IntStream.range(1, users).toArray());
    try (Engine alone = engine(example);
        Engine one = engine(example);
        Engine other = engine(example)) {
      Loss expected = alone.step(whole, ADAM);
      Loss[] found = new Loss[2];
      found[0] =
          one.step(
              some,
              ADAM,
              (lossOfSome, ofSome) -> {
                found[1] =
                    other.step(
                        others,
                        ADAM,
                        (lossOfOthers, ofOthers) -> {
                          average(ofSome, ofOthers, 1.0 / users);
                          return mean(lossOfSome, lossOfOthers, 1.0 / users);
                        });
                return found[1];
              });
      States.assertClose("loss", expected.total(), found[0].total(), tolerance());
      assertClose(alone.state(), one.state());
      assertSameBits(one.state(), other.state());
    }
  }

  private boolean sharesUpdates() {
    Example example = Example.MULT_VAE;
    try (Engine engine = engine(example)) {
      engine.step(Update.of(example.batch(), NOISE, BETA), ADAM, (own, _) -> own);
      return true;
    } catch (ElboException _) {
      return false;
    }
  }

  private static Update share(Update whole, int... positions) {
    Batch batch = whole.batch();
    int[] users = IntStream.of(positions).map(n -> batch.users()[n]).toArray();
    return Update.of(new Batch(users, batch.items().select(positions)), NOISE, BETA);
  }

  /** Lets both have the mean, the first with a weight. */
  private static void average(Parameters first, Parameters second, double weight) {
    first
        .tensors()
        .forEach(
            (name, tensor) -> {
              switch (tensor) {
                case Tensor.Float32(_, float[] ofFirst) -> {
                  float[] ofSecond = ((Tensor.Float32) second.tensors().get(name)).values();
                  for (int n = 0; n < ofFirst.length; n++) {
                    ofFirst[n] = (float) (weight * ofFirst[n] + (1 - weight) * ofSecond[n]);
                    ofSecond[n] = ofFirst[n];
                  }
                }
                case Tensor.Float64(_, double[] ofFirst) -> {
                  double[] ofSecond = second.float64(name);
                  for (int n = 0; n < ofFirst.length; n++) {
                    ofFirst[n] = weight * ofFirst[n] + (1 - weight) * ofSecond[n];
                    ofSecond[n] = ofFirst[n];
                  }
                }
                case Tensor.Int32 _, Tensor.Int64 _ -> throw new AssertionError(tensor);
              }
            });
  }

  private static Loss mean(Loss first, Loss second, double weight) {
    double rest = 1 - weight;
    return new Loss(
        weight * first.nll() + rest * second.nll(),
        weight * first.kl() + rest * second.kl(),
        weight * first.weightedKl() + rest * second.weightedKl(),
        weight * first.decay() + rest * second.decay());
  }

  /** A loss that is not finite changes nothing, whoever's it is. */
  @Test
  void aSharedUpdateThatDivergesChangesNothing() {
    assumeTrue(sharesUpdates(), "the engine makes its updates alone");
    Example example = Example.MULT_VAE;
    try (Engine engine = engine(example)) {
      EngineState before = engine.state();
      engine.step(
          Update.of(example.batch(), NOISE, BETA),
          ADAM,
          (own, _) -> new Loss(Double.NaN, own.kl(), own.weightedKl(), own.decay()));
      assertSameBits(before, engine.state());
    }
  }

  /** The example's values are floats, so nothing is lost by storing them as such. */
  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#all")
  void restoresFloat32(Example example) {
    try (Engine engine = engine(example)) {
      EngineState expected = engine.state();
      engine.restore(States.float32(example.state()));
      assertSameBits(expected, engine.state());
    }
  }

  @Test
  void refusesTheStateOfAnotherModelAndKeepsItsOwn() {
    Example example = Example.MULT_VAE;
    SequencedMap<String, Tensor> tensors =
        new LinkedHashMap<>(example.state().parameters().tensors());
    tensors.remove("p_layers.1.bias");
    Parameters incomplete = new Parameters(tensors);
    try (Engine engine = engine(example)) {
      EngineState before = engine.state();
      EngineState state = example.state();
      for (EngineState other :
          List.of(
              EngineState.initial(incomplete),
              new EngineState(
                  States.zeros(state.parameters()),
                  incomplete,
                  state.secondMoments(),
                  state.frozen(),
                  EngineState.Updates.NONE),
              new EngineState(
                  States.zeros(state.parameters()),
                  state.firstMoments(),
                  incomplete,
                  state.frozen(),
                  EngineState.Updates.NONE))) {
        assertThrows(IllegalArgumentException.class, () -> engine.restore(other));
        assertSameBits(before, engine.state());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#all")
  void onlyStepModifiesAnything(Example example) {
    try (Engine engine = engine(example)) {
      EngineState before = engine.state();
      Loss loss = engine.loss(Update.of(example.batch(), NOISE, BETA));
      Parameters gradients = engine.gradients(Update.of(example.batch(), NOISE, BETA));
      engine.activations(example.batch(), NOISE);
      engine.scores(example.batch(), (_, scores) -> Arrays.fill(scores, 99));
      assertSameBits(before, engine.state());
      assertEquals(loss, engine.loss(Update.of(example.batch(), NOISE, BETA)));
      States.assertClose(
          "gradient", gradients, engine.gradients(Update.of(example.batch(), NOISE, BETA)), 0);
    }
  }

  /** {@code nll + beta kl + lambda sum ||W||^2}, biases not counted. */
  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#all")
  void lossIsTheSumOfItsParts(Example example) {
    double squares = 0;
    for (ParameterSpec parameter : example.model().parameters()) {
      if (parameter.decays()) {
        double[] weight = example.state().parameters().float64(parameter.name());
        squares += GradientCheck.dot(weight, weight);
      }
    }
    try (Engine engine = engine(example)) {
      Loss loss = engine.loss(Update.of(example.batch(), NOISE, BETA));
      assertClose("decay", example.model().objective().weightDecay() * squares, loss.decay());
      assertEquals(loss.nll() + BETA * loss.kl() + loss.decay(), loss.total());
      assertEquals(BETA * loss.kl(), loss.weightedKl());
      assertEquals(example.model().network().latent().isPresent(), loss.kl() != 0);
      Loss without = engine.loss(Update.of(example.batch(), NOISE, 0));
      assertClose("nll does not depend on beta", loss.nll(), without.nll());
      assertClose("kl does not depend on beta", loss.kl(), without.kl());
    }
  }

  @Test
  void lossDependsOnTheNoise() {
    Example example = Example.MULT_VAE;
    try (Engine engine = engine(example)) {
      double nll = engine.loss(Update.of(example.batch(), NOISE, BETA)).nll();
      assertNotEquals(nll, engine.loss(Update.of(example.batch(), Noise.of(5, 18), BETA)).nll());
      assertNotEquals(nll, engine.loss(Update.of(example.batch(), Noise.NONE, BETA)).nll());
    }
  }

  /** Outputs where a user has an item are what an ObservedLinear gives, and no other layer. */
  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#all")
  void refusesOutputsThatTheModelDoesNotGive(Example example) {
    Outputs observed = new Outputs.Observed();
    Update asked = new Update(example.batch(), NOISE, KlWeight.of(BETA), Update.ALL, observed);
    try (Engine engine = engine(example)) {
      EngineState before = engine.state();
      if (Outputs.of(example.model()).equals(observed)) {
        assertEquals(engine.loss(Update.of(example.batch(), NOISE, BETA)), engine.loss(asked));
      } else {
        for (Executable call :
            List.<Executable>of(
                () -> engine.loss(asked),
                () -> engine.gradients(asked),
                () -> engine.step(asked, ADAM))) {
          String message = assertThrows(ElboException.class, call).getMessage();
          assertTrue(message.contains("where a user has an item"), message);
        }
        assertSameBits(before, engine.state());
      }
    }
  }

  /** They stand for the denominator of a softmax, which other losses do not have. */
  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#all")
  void refusesSampledOutputsOfAnotherLoss(Example example) {
    Update asked = example.sampled(NOISE, BETA);
    boolean lacks = provider().lacking(asked.outputs()).isPresent();
    boolean isSoftmax = example.model().objective().reconstruction() instanceof MultinomialLoss;
    try (Engine engine = engine(example)) {
      if (!isSoftmax || lacks) {
        String message =
            assertThrows(ElboException.class, () -> engine.step(asked, ADAM)).getMessage();
        assertTrue(message.contains("sampled outputs"), message);
      }
    }
  }

  private void skipWithoutSampledOutputs(Example example) {
    Optional<String> lacking = provider().lacking(example.sampled(NOISE, BETA).outputs());
    assumeTrue(lacking.isEmpty(), () -> "the engine has no " + lacking.orElse(""));
  }

  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#sampled")
  void agreesWithTheReferenceOnSampledOutputs(Example example) {
    skipWithoutSampledOutputs(example);
    Update update = example.sampled(NOISE, BETA);
    try (Engine engine = engine(example);
        Engine reference =
            new ReferenceEngineProvider().create(example.model(), example.state(), 2)) {
      Loss expected = reference.loss(update);
      boolean isExact = expected.equals(reference.loss(Update.of(example.batch(), NOISE, BETA)));
      assertEquals(example.model().items() == 2, isExact, "of two items none is left out");
      assertClose("nll", expected.nll(), engine.loss(update).nll());
      States.assertClose(
          "gradient", reference.gradients(update), engine.gradients(update), tolerance());
      for (int n = 0; n < 10; n++) {
        reference.step(example.sampled(Noise.of(5, n), BETA), ADAM);
        engine.step(example.sampled(Noise.of(5, n), BETA), ADAM);
      }
      assertClose(reference.state(), engine.state());
    }
  }

  /** Of all parameters: those that no computed output depends on have the gradient of the decay. */
  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#sampled")
  void aStepOnSampledOutputsIsAdamOnTheGradients(Example example) {
    skipWithoutSampledOutputs(example);
    Update update = example.sampled(NOISE, BETA);
    try (Engine engine = engine(example)) {
      EngineState before = engine.state();
      Parameters gradients = engine.gradients(update);
      engine.step(update, ADAM);
      assertClose(updated(before, gradients, ADAM), engine.state());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#sampled")
  void sampledOutputsDoNotDependOnTheNumberOfThreads(Example example) {
    skipWithoutSampledOutputs(example);
    try (Engine one = provider().create(example.model(), example.state(), 1);
        Engine three = provider().create(example.model(), example.state(), 3)) {
      for (int n = 0; n < 2; n++) {
        Update update = example.sampled(Noise.of(5, n), BETA);
        assertEquals(one.step(update, ADAM), three.step(update, ADAM));
      }
      assertSameBits(one.state(), three.state());
    }
  }

  /** Users in turn: a row of the first or the last layer misses what its item has no part in. */
  private static Update ofOneUser(Example example, int n) {
    Batch all = example.batch();
    int b = n % all.size();
    Batch one = new Batch(new int[] {all.users()[b]}, all.items().select(b));
    Update sampled = example.sampled(Noise.of(5, n), BETA);
    return new Update(one, sampled.noise(), sampled.klWeight(), Update.ALL, sampled.outputs());
  }

  /** What a row misses comes later and not otherwise. */
  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#sampled")
  void lazyAdamIsAdam(Example example) {
    skipWithoutSampledOutputs(example);
    Model model = example.withoutDecay();
    try (Engine engine = provider().create(model, example.state(), 2);
        Engine reference = new ReferenceEngineProvider().create(model, example.state(), 2)) {
      for (int n = 0; n < 20; n++) {
        Update update = ofOneUser(example, n);
        Loss expected = reference.step(update, ADAM);
        assertClose("nll", expected.nll(), engine.step(update, ADAM.with(true)).nll());
      }
      States.assertClose(reference.state(), engine.state(), toleranceAfterManyUpdates());
    }
  }

  /** The first and the last update touch all rows, and those between them the first two. */
  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#sampled")
  void lazyAdamIsAdamWhereARowIsLongUntouched(Example example) {
    skipWithoutSampledOutputs(example);
    Model model = example.withoutDecay();
    AdamOptions slow = ADAM.with(1e-4);
    try (Engine engine = provider().create(model, example.state(), 2);
        Engine reference = new ReferenceEngineProvider().create(model, example.state(), 2)) {
      for (int n = 0; n <= LONG; n++) {
        boolean touchesAll = n == 0 || n == LONG;
        Update update = touchesAll ? example.sampled(Noise.of(5, n), BETA) : ofTwoItems(example, n);
        Loss expected = reference.step(update, slow);
        assertClose("nll", expected.nll(), engine.step(update, slow.with(true)).nll());
      }
      States.assertClose(reference.state(), engine.state(), toleranceAfterManyUpdates());
    }
  }

  /** An update of a user of the first item, which predicts the first two: it touches no other. */
  private static Update ofTwoItems(Example example, int n) {
    int items = example.model().items();
    CsrMatrix first = new CsrMatrix(items, new int[] {0, 1}, new int[] {0});
    Batch batch = new Batch(new int[] {0}, first);
    Outputs second = Outputs.Sampled.of(new int[] {1}, new double[items]);
    return new Update(batch, Noise.of(5, n), KlWeight.of(BETA), Update.ALL, second);
  }

  /**
   * Whoever looks in between finds every row up to date, and a second engine goes on from there.
   */
  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#sampled")
  void lazyAdamGoesOnFromItsState(Example example) {
    skipWithoutSampledOutputs(example);
    Model model = example.withoutDecay();
    AdamOptions lazy = ADAM.with(true);
    try (Engine one = provider().create(model, example.state(), 1)) {
      for (int n = 0; n < 4; n++) {
        one.step(ofOneUser(example, n), lazy);
      }
      try (Engine three = provider().create(model, one.state(), 3)) {
        for (int n = 4; n < 8; n++) {
          assertEquals(
              one.step(ofOneUser(example, n), lazy), three.step(ofOneUser(example, n), lazy));
        }
        Update all = Update.of(example.batch(), Noise.NONE, BETA);
        assertEquals(one.loss(all), three.loss(all));
        assertEquals(one.step(all, lazy), three.step(all, ADAM), "all outputs: nothing is lazy");
        assertSameBits(one.state(), three.state());
      }
    }
  }

  /** One user of the examples has every item. */
  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#sampled")
  void lazyAdamIsTheSameToTheBitWhereEveryRowIsTouched(Example example) {
    skipWithoutSampledOutputs(example);
    Model model = example.withoutDecay();
    try (Engine lazy = provider().create(model, example.state(), 2);
        Engine exact = provider().create(model, example.state(), 2)) {
      for (int n = 0; n < 3; n++) {
        Update update = example.sampled(Noise.of(5, n).withoutDropout(), BETA);
        assertEquals(exact.step(update, ADAM), lazy.step(update, ADAM.with(true)));
      }
      assertSameBits(exact.state(), lazy.state());
    }
  }

  /** Every row has a gradient then, and none is left behind. */
  @Test
  void withWeightDecayNothingIsLazy() {
    Example example = Example.MULT_VAE;
    skipWithoutSampledOutputs(example);
    try (Engine lazy = engine(example);
        Engine exact = engine(example)) {
      for (int n = 0; n < 3; n++) {
        Update update = ofOneUser(example, n);
        assertEquals(exact.step(update, ADAM), lazy.step(update, ADAM.with(true)));
      }
      assertSameBits(exact.state(), lazy.state());
    }
  }

  /** If each is expected once, they stand for nothing but themselves. */
  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#sampled")
  void allItemsDrawnOnceAreTheExactLoss(Example example) {
    skipWithoutSampledOutputs(example);
    int items = example.model().items();
    Outputs all = Outputs.Sampled.of(IntStream.range(0, items).toArray(), new double[items]);
    Update exact = Update.of(example.batch(), NOISE, BETA);
    Update sampled = new Update(example.batch(), NOISE, KlWeight.of(BETA), Update.ALL, all);
    try (Engine engine = engine(example)) {
      assertClose("nll", engine.loss(exact).nll(), engine.loss(sampled).nll());
      States.assertClose(
          "gradient", engine.gradients(exact), engine.gradients(sampled), tolerance());
    }
  }

  /** {@code theta -= lr m^ / (sqrt(v^) + eps)} or its other form, on {@code gradients()}. */
  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#all")
  void stepIsAdamOnTheGradients(Example example) {
    try (Engine engine = engine(example)) {
      for (Form form : Form.values()) {
        AdamOptions adam = ADAM.with(form);
        EngineState before = engine.state();
        Parameters gradients = engine.gradients(Update.of(example.batch(), NOISE, BETA));
        Loss loss = engine.loss(Update.of(example.batch(), NOISE, BETA));
        Loss returned = engine.step(Update.of(example.batch(), NOISE, BETA), adam);
        assertClose("nll", loss.nll(), returned.nll());
        assertClose("kl", loss.kl(), returned.kl());
        assertClose("decay", loss.decay(), returned.decay());
        assertClose(updated(before, gradients, adam), engine.state());
      }
    }
  }

  private static EngineState updated(EngineState before, Parameters gradients, AdamOptions adam) {
    EngineState copy = States.float64(before);
    EngineState after =
        new EngineState(
            copy.parameters(),
            copy.firstMoments(),
            copy.secondMoments(),
            copy.frozen(),
            before.updates().after(Update.ALL));
    double t = after.updates().encoder();
    double correction1 = 1 - Math.pow(adam.beta1(), t);
    double correction2 = 1 - Math.pow(adam.beta2(), t);
    for (String name : gradients.tensors().keySet()) {
      double[] g = gradients.float64(name);
      double[] values = after.parameters().float64(name);
      double[] m = after.firstMoments().float64(name);
      double[] v = after.secondMoments().float64(name);
      for (int n = 0; n < g.length; n++) {
        m[n] = adam.beta1() * m[n] + (1 - adam.beta1()) * g[n];
        v[n] = adam.beta2() * v[n] + (1 - adam.beta2()) * g[n] * g[n];
        values[n] -=
            switch (adam.form()) {
              case TENSORFLOW ->
                  adam.learningRate()
                      * Math.sqrt(correction2)
                      / correction1
                      * m[n]
                      / (Math.sqrt(v[n]) + adam.epsilon());
              case PYTORCH ->
                  adam.learningRate()
                      * (m[n] / correction1)
                      / (Math.sqrt(v[n] / correction2) + adam.epsilon());
            };
      }
    }
    return after;
  }

  /** One that was prepared and is not made leaves no trace, either. */
  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#all")
  void preparingUpdatesChangesNoBit(Example example) {
    Batch some = Batch.of(example.batch().items(), 1, 0);
    List<Update> updates =
        List.of(
            Update.of(example.batch(), NOISE, BETA),
            Update.of(some, Noise.of(5, 18), BETA),
            Update.of(example.batch(), Noise.of(5, 19), BETA),
            Update.of(some, Noise.of(5, 20), BETA));
    try (Engine plain = engine(example);
        Engine preparing = engine(example)) {
      Supplier<Update> next = preparing.prepare(updates::getFirst);
      for (int n = 0; n < 3; n++) {
        Update update = next.get();
        int following = n + 1;
        next = preparing.prepare(() -> updates.get(following));
        assertEquals(plain.step(updates.get(n), ADAM), preparing.step(update, ADAM));
      }
      Update other = Update.of(example.batch(), Noise.of(5, 21), BETA);
      assertEquals(plain.step(other, ADAM), preparing.step(other, ADAM));
      States.assertSameBits(plain.state(), preparing.state());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#all")
  void stepWithoutAFiniteLossModifiesNothing(Example example) {
    try (Engine engine = engine(example)) {
      boolean bounded = // an infinite bias gives 0 or 1
          example.model().layers().getLast() instanceof LayerSpec.Sigmoid;
      for (double bad :
          new double[] {Double.NaN, bounded ? Double.NaN : Double.POSITIVE_INFINITY}) {
        EngineState broken = States.float64(engine.state());
        broken.parameters().float64(example.model().affineLayers().getLast().bias())[0] = bad;
        engine.restore(broken);
        EngineState before = engine.state();
        Loss loss = engine.step(Update.of(example.batch(), NOISE, BETA), ADAM);
        assertFalse(Double.isFinite(loss.total()));
        assertSameBits(before, engine.state());
      }
    }
  }

  @Test
  void updatesMakeTheLossSmaller() {
    Example example = Example.MULT_VAE;
    try (Engine engine =
        provider().create(example.model(), EngineState.initial(example.state().parameters()), 2)) {
      double before = engine.loss(Update.of(example.batch(), Noise.NONE, BETA)).total();
      for (int update = 0; update < 100; update++) {
        engine.step(Update.of(example.batch(), Noise.of(5, update), BETA), AdamOptions.of(0.01));
      }
      double after = engine.loss(Update.of(example.batch(), Noise.NONE, BETA)).total();
      assertTrue(after < 0.9 * before, () -> before + " before, " + after + " after");
    }
  }

  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#all")
  void resultsDoNotDependOnTheNumberOfThreads(Example example) {
    try (Engine one = provider().create(example.model(), example.state(), 1)) {
      Loss loss = one.loss(Update.of(example.batch(), NOISE, BETA));
      Parameters gradients = one.gradients(Update.of(example.batch(), NOISE, BETA));
      List<Activation> activations = one.activations(example.batch(), NOISE);
      float[][] scores = scores(one, example.batch());
      one.step(Update.of(example.batch(), NOISE, BETA), ADAM);
      one.step(Update.of(example.batch(), Noise.of(5, 18), BETA), ADAM);
      for (int threads : new int[] {2, 3}) {
        try (Engine several = provider().create(example.model(), example.state(), threads)) {
          assertEquals(loss, several.loss(Update.of(example.batch(), NOISE, BETA)));
          States.assertClose(
              "gradient", gradients, several.gradients(Update.of(example.batch(), NOISE, BETA)), 0);
          List<Activation> others = several.activations(example.batch(), NOISE);
          for (int layer = 0; layer < activations.size(); layer++) {
            assertArrayEquals(activations.get(layer).values(), others.get(layer).values());
          }
          assertArrayEquals(scores, scores(several, example.batch()));
          several.step(Update.of(example.batch(), NOISE, BETA), ADAM);
          several.step(Update.of(example.batch(), Noise.of(5, 18), BETA), ADAM);
          assertSameBits(one.state(), several.state());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#all")
  void scoresAreTheLogitsOfAPassWithoutNoise(Example example) {
    try (Engine engine = engine(example)) {
      List<Activation> activations = engine.activations(example.batch(), Noise.NONE);
      double[] logits = activations.get(activations.size() - 2).values();
      float[] scores = atOutputs(example, scores(engine, example.batch()));
      assertEquals(logits.length, scores.length);
      for (int n = 0; n < logits.length; n++) {
        assertClose("output " + n, (float) logits[n], scores[n]);
      }
    }
  }

  /** From a sample of {@code z}: no dropout, and an epsilon that is the same each time. */
  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#all")
  void sampledScoresAreTheLogitsOfAPassThatDropsNothing(Example example) {
    Noise noise = Noise.sampling(5);
    try (Engine engine = engine(example)) {
      List<Activation> activations = engine.activations(example.batch(), noise);
      double[] logits = activations.get(activations.size() - 2).values();
      float[][] all = new float[example.batch().size()][];
      engine.scores(example.batch(), noise, (b, scores) -> all[b] = scores.clone());
      float[] sampled = atOutputs(example, all);
      for (int n = 0; n < logits.length; n++) {
        assertClose("logit " + n, (float) logits[n], sampled[n]);
      }
      boolean variational =
          example.model().layers().stream().anyMatch(LayerSpec.Gaussian.class::isInstance);
      assertEquals(!variational, Arrays.deepEquals(scores(engine, example.batch()), all));
    }
  }

  /** The scores at the places where the last layer before the loss computes its output. */
  private static float[] atOutputs(Example example, float[][] scores) {
    CsrMatrix items = example.batch().items();
    boolean observed = Outputs.of(example.model()) instanceof Outputs.Observed;
    float[] at = new float[observed ? items.size() : scores.length * items.columns()];
    for (int b = 0, n = 0; b < scores.length; b++) {
      int[] computed = observed ? items.row(b) : IntStream.range(0, items.columns()).toArray();
      for (int item : computed) {
        at[n++] = scores[b][item];
      }
    }
    return at;
  }

  /** Each user's scores; the array that the sink is given is used again. */
  private static float[][] scores(Engine engine, Batch batch) {
    float[][] all = new float[batch.size()][];
    AtomicIntegerArray calls = new AtomicIntegerArray(batch.size());
    engine.scores(
        batch,
        (position, scores) -> {
          all[position] = scores.clone();
          calls.incrementAndGet(position);
        });
    for (int b = 0; b < batch.size(); b++) {
      assertEquals(1, calls.get(b), "each user is scored once");
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#all")
  void activationsFollowTheModel(Example example) {
    try (Engine engine = engine(example)) {
      List<Activation> activations = engine.activations(example.batch(), NOISE);
      assertEquals(example.model().layers().size() + 1, activations.size());
      int users = example.batch().size();
      int values = example.batch().items().size();
      for (int layer = 0; layer < example.model().layers().size(); layer++) {
        values =
            switch (example.model().layers().get(layer)) {
              case LayerSpec.L2Normalize _,
                  LayerSpec.Dropout _,
                  LayerSpec.Tanh _,
                  LayerSpec.Sigmoid _,
                  LayerSpec.Swish _,
                  LayerSpec.LayerNorm _,
                  LayerSpec.Residual _,
                  LayerSpec.RatingPairs _,
                  LayerSpec.Mask _,
                  LayerSpec.CountNormalize _ ->
                  values;
              case LayerSpec.SparseLinear affine -> users * affine.out();
              case LayerSpec.Linear affine -> users * affine.out();
              case LayerSpec.Heads(var branches) ->
                  users * branches.stream().mapToInt(LayerSpec.Linear::out).sum();
              case LayerSpec.Gaussian(int latent, _, _) -> users * latent;
              case LayerSpec.ObservedLinear _ -> example.batch().items().size();
              case LayerSpec.Embedding _, LayerSpec.Gru _ ->
                  throw new AssertionError("no example reads items in the order of time");
            };
        Activation activation = activations.get(layer);
        assertEquals(layer, activation.layer());
        assertEquals(example.model().activationName(layer), activation.name());
        assertEquals(values, activation.values().length, activation.name());
        assertTrue(activation.isFinite(), activation.name());
      }
      double nll = engine.loss(Update.of(example.batch(), NOISE, BETA)).nll();
      assertClose("nll", nll, activations.getLast().values()[0]);
    }
  }

  /** Each block has its own count of updates, by which Adam corrects its moments. */
  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#all")
  void anUpdateOfOneBlockLeavesTheOther(Example example) {
    for (Block block : Block.values()) {
      try (Engine engine = engine(example)) {
        EngineState before = engine.state();
        Update update =
            new Update(example.batch(), NOISE, KlWeight.of(BETA), Set.of(block), new Outputs.All());
        Parameters gradients = engine.gradients(update);
        engine.step(update, ADAM);
        EngineState expected = updated(before, gradients, ADAM);
        EngineState after = engine.state();
        assertEquals(before.updates().after(Set.of(block)), after.updates());
        List<String> changed =
            example.model().network().parameters(block).stream().map(ParameterSpec::name).toList();
        for (String name : gradients.tensors().keySet()) {
          EngineState of = changed.contains(name) ? expected : before;
          double[] values = of.parameters().float64(name);
          double[] moments = of.secondMoments().float64(name);
          for (int n = 0; n < values.length; n++) {
            assertClose(name, values[n], after.parameters().float64(name)[n]);
            assertClose(name, moments[n], after.secondMoments().float64(name)[n]);
          }
        }
      }
    }
  }

  /** The loss hangs on the encoder that the prior remembers; a copy of it brings another one. */
  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#all")
  void aPriorTakesACopyOfTheEncoder(Example example) {
    Update update = Update.of(example.batch(), NOISE, BETA);
    try (Engine engine = engine(example)) {
      double before = engine.loss(update).kl();
      engine.freeze();
      EngineState state = engine.state();
      for (String name : state.frozen().tensors().keySet()) {
        assertArrayEquals(state.parameters().float64(name), state.frozen().float64(name), name);
      }
      boolean remembers = !EngineState.frozenOf(example.model()).isEmpty();
      assertEquals(remembers, !state.frozen().tensors().isEmpty());
      assertEquals(remembers, engine.loss(update).kl() != before);
    }
  }

  /** A saved model has no old encoder: its prior begins with a copy. */
  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#all")
  void aPriorThatIsGivenNoEncoderRemembersItsOwn(Example example) {
    Update update = Update.of(example.batch(), NOISE, BETA);
    EngineState state = example.state();
    try (Engine engine = engine(example);
        Engine read = engine(example)) {
      engine.freeze();
      read.restore(EngineState.initial(state.parameters()));
      assertEquals(engine.loss(update), read.loss(update));
    }
  }

  /** With one weight for each of a user's items, the divergence of a user without any is free. */
  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#all")
  void eachUserHasTheirOwnWeightOfTheDivergence(Example example) {
    try (Engine engine = engine(example)) {
      double sum = 0;
      for (int b = 0; b < example.batch().size(); b++) {
        Batch user = only(example.batch(), b);
        sum += 0.05 * user.items().size() * engine.loss(Update.of(user, NOISE, 1)).kl();
      }
      Update update =
          new Update(
              example.batch(),
              NOISE,
              new KlWeight(0.05, /* perItem= */ true),
              Update.ALL,
              new Outputs.All());
      Loss loss = engine.loss(update);
      assertClose("weighted divergence", sum / example.batch().size(), loss.weightedKl());
    }
  }

  /** One user is a case of its own for an engine that computes many at a time. */
  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#all")
  void scoresOfOneUserAreTheSameBits(Example example) {
    try (Engine engine = engine(example)) {
      float[][] together = scores(engine, example.batch());
      for (int b = 0; b < example.batch().size(); b++) {
        assertArrayEquals(together[b], scores(engine, only(example.batch(), b))[0]);
      }
    }
  }

  /** Noise is keyed by the user's row in the whole matrix, not by the position in the batch. */
  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#all")
  void usersDoNotDependOnTheOthersInTheirBatch(Example example) {
    try (Engine engine = engine(example)) {
      List<Activation> together = engine.activations(example.batch(), NOISE);
      for (int b = 0; b < example.batch().size(); b++) {
        List<Activation> alone = engine.activations(only(example.batch(), b), NOISE);
        for (int layer = 0; layer + 1 < alone.size(); layer++) { // all but the loss
          double[] expected = alone.get(layer).values();
          double[] all = together.get(layer).values();
          int from =
              isSparse(example.model(), layer)
                  ? example.batch().items().indptr()[b]
                  : b * expected.length;
          for (int n = 0; n < expected.length; n++) {
            assertClose(alone.get(layer).name() + " of user " + b, expected[n], all[from + n]);
          }
        }
      }
    }
  }

  /** Whether a layer has an output for each item that a user has. */
  private static boolean isSparse(Model model, int layer) {
    List<LayerSpec> upTo = model.layers().subList(0, layer + 1);
    return upTo.stream().noneMatch(Affine.class::isInstance)
        || upTo.stream().anyMatch(LayerSpec.ObservedLinear.class::isInstance);
  }

  /** The loss is a mean over users, so {@code B} times the batch's is the sum of each user's. */
  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#all")
  void lossAndGradientsAreMeansOverUsers(Example example) {
    Model model = example.withoutDecay(); // decay is no mean over users
    int users = example.batch().size();
    try (Engine engine = provider().create(model, example.state(), 2)) {
      Loss together = engine.loss(Update.of(example.batch(), NOISE, BETA));
      Parameters gradients = engine.gradients(Update.of(example.batch(), NOISE, BETA));
      double nll = 0;
      double kl = 0;
      Parameters sums = States.zeros(example.state().parameters());
      for (int b = 0; b < users; b++) {
        Loss loss = engine.loss(Update.of(only(example.batch(), b), NOISE, BETA));
        Parameters ofUser = engine.gradients(Update.of(only(example.batch(), b), NOISE, BETA));
        nll += loss.nll() / users;
        kl += loss.kl() / users;
        for (String name : sums.tensors().keySet()) {
          double[] sum = sums.float64(name);
          double[] g = ofUser.float64(name);
          Arrays.setAll(sum, n -> sum[n] + g[n] / users);
        }
      }
      assertClose("nll", nll, together.nll());
      assertClose("kl", kl, together.kl());
      States.assertClose("gradient", sums, gradients, tolerance());
    }
  }

  /**
   * The same noise gives what the reference gives: layer by layer, so that a failure names the
   * first layer that differs; then the loss, every gradient, ten updates, and the scores after
   * them.
   */
  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#all")
  void agreesWithTheReference(Example example) {
    Batch batch = example.batch();
    try (Engine engine = engine(example);
        Engine reference =
            new ReferenceEngineProvider().create(example.model(), example.state(), 2)) {
      assertSameActivations(reference.activations(batch, NOISE), engine.activations(batch, NOISE));
      Loss expected = reference.loss(Update.of(batch, NOISE, BETA));
      Loss loss = engine.loss(Update.of(batch, NOISE, BETA));
      assertClose("nll", expected.nll(), loss.nll());
      assertClose("kl", expected.kl(), loss.kl());
      assertClose("decay", expected.decay(), loss.decay());
      States.assertClose(
          "gradient",
          reference.gradients(Update.of(batch, NOISE, BETA)),
          engine.gradients(Update.of(batch, NOISE, BETA)),
          tolerance());
      for (int update = 0; update < 10; update++) {
        reference.step(Update.of(batch, Noise.of(5, update), BETA), ADAM);
        engine.step(Update.of(batch, Noise.of(5, update), BETA), ADAM);
      }
      assertClose(reference.state(), engine.state());
      assertSameActivations(
          reference.activations(batch, Noise.NONE), engine.activations(batch, Noise.NONE));
      assertSameMetrics(example, reference, engine);
    }
  }

  /** Each user is to find one item that is not theirs, if there is one. */
  private void assertSameMetrics(Example example, Engine reference, Engine engine) {
    CsrMatrix items = example.batch().items();
    int[][] heldOut = new int[items.rows()][];
    Arrays.setAll(
        heldOut,
        b ->
            IntStream.range(0, items.columns())
                .filter(i -> Arrays.binarySearch(items.row(b), i) < 0)
                .limit(1)
                .toArray());
    int[] user =
        IntStream.range(0, heldOut.length)
            .flatMap(b -> Arrays.stream(heldOut[b]).map(_ -> b))
            .toArray();
    int[] item = Arrays.stream(heldOut).flatMapToInt(Arrays::stream).toArray();
    EvaluationUsers users =
        new EvaluationUsers(
            IntStream.range(0, items.rows()).mapToObj(String::valueOf).toList(),
            items,
            CsrMatrix.of(items.rows(), items.columns(), user, item));
    Evaluator evaluator = new Evaluator(users, Metric.all(100), items, 7);
    Evaluation expected = evaluator.evaluate(reference);
    Evaluation found = evaluator.evaluate(engine);
    expected
        .metrics()
        .forEach(
            (metric, estimate) ->
                assertClose(metric.name(), estimate.mean(), found.metrics().get(metric).mean()));
  }

  private void assertSameActivations(List<Activation> expected, List<Activation> actual) {
    for (int layer = 0; layer < expected.size(); layer++) {
      double[] values = actual.get(layer).values();
      String name = expected.get(layer).name();
      assertEquals(expected.get(layer).values().length, values.length, name);
      for (int n = 0; n < values.length; n++) {
        assertClose(name + ", value " + n, expected.get(layer).values()[n], values[n]);
      }
    }
  }

  private static Batch only(Batch batch, int b) {
    return new Batch(new int[] {batch.users()[b]}, batch.items().select(b));
  }

  private void assertClose(EngineState expected, EngineState actual) {
    States.assertClose(expected, actual, tolerance());
  }

  private void assertClose(String what, double expected, double actual) {
    States.assertClose(what, expected, actual, tolerance());
  }

  private static boolean sameBits(EngineState left, EngineState right) {
    return left.parameters().tensors().keySet().stream()
        .allMatch(
            name ->
                Arrays.equals(left.parameters().float64(name), right.parameters().float64(name)));
  }
}
