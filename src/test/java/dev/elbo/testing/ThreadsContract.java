package dev.elbo.testing;

import static dev.elbo.testing.States.assertSameBits;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.elbo.ElboException;
import dev.elbo.data.Batch;
import dev.elbo.engine.Activation;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineProvider;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Scorer;
import dev.elbo.engine.Scoring;
import dev.elbo.engine.Update;
import dev.elbo.random.Noise;
import dev.elbo.recommend.Recommender;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an engine promises to callers in several threads: whatever only reads it may run at a time,
 * with the bits of a call that runs alone; what changes it is refused while it is in use, and it is
 * not read while it is changed.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES) // a deadlock, not a slow machine
public abstract class ThreadsContract {

  private static final Noise NOISE = Noise.of(5, 17);
  private static final double BETA = 0.2;
  private static final AdamOptions ADAM = AdamOptions.of(0.01);

  /** The engine under test. */
  protected abstract EngineProvider provider();

  @BeforeEach
  void skipWhereItCannotRun() {
    Optional<String> reason = provider().unavailable();
    assumeTrue(reason.isEmpty(), () -> reason.orElse(""));
  }

  public static Stream<Example> examples() {
    return Stream.concat(Example.all(), SequenceContract.examples());
  }

  private Engine engine(Example example) {
    return provider().create(example.model(), example.state(), 2);
  }

  /** Something that is asked of an engine; arrays of the answer are compared bit for bit. */
  private interface Question extends Function<Engine, Object[]> {}

  @ParameterizedTest
  @MethodSource("examples")
  void severalThreadsGetTheBitsThatOneGets(Example example) throws Exception {
    List<Question> questions = questions(example);
    try (Engine alone = provider().create(example.model(), example.state(), 1);
        Engine shared = engine(example)) {
      List<Object[]> answers = questions.stream().map(question -> question.apply(alone)).toList();
      Threads.together(
          thread -> {
            for (int n = 0; n < questions.size(); n++) {
              int q = (n + thread * questions.size() / Threads.COUNT) % questions.size();
              assertArrayEquals(answers.get(q), questions.get(q).apply(shared));
            }
          });
    }
  }

  /** Scores of one user, of several and of all, in every way; and whatever else changes nothing. */
  private static List<Question> questions(Example example) {
    Batch all = example.batch();
    boolean skipLast = all.items().hasOrder();
    List<Scoring> scorings =
        List.of(
            new Scoring(/* sample= */ false, /* zeroSeen= */ false),
            new Scoring(/* sample= */ true, /* zeroSeen= */ false),
            new Scoring(/* sample= */ false, /* zeroSeen= */ true, skipLast),
            new Scoring(/* sample= */ true, /* zeroSeen= */ true, skipLast));
    List<Question> questions = new ArrayList<>();
    for (int b = 0; b < Math.min(Threads.COUNT, all.size()); b++) {
      Batch one = Batch.of(all.items(), new int[] {b});
      Scoring scoring = scorings.get(b % scorings.size());
      questions.add(engine -> scores(scoring.of(engine, 3), one));
      questions.add(engine -> Recommender.recommend(scoring.of(engine, 3), one, 5).toArray());
      Batch some = Batch.range(all.items(), b, all.size());
      questions.add(engine -> scores(scoring.of(engine, 3), some));
    }
    for (Scoring scoring : scorings) {
      questions.add(engine -> scores(scoring.of(engine, 3), all));
    }
    questions.add(engine -> new Object[] {engine.loss(Update.of(all, NOISE, BETA))});
    questions.add(
        engine ->
            engine.activations(all, NOISE).stream()
                .map(Activation::values)
                .toArray(double[][]::new));
    questions.add(
        engine -> {
          var gradients = engine.gradients(Update.of(all, NOISE, BETA));
          return gradients.tensors().keySet().stream().map(gradients::float64).toArray();
        });
    return questions;
  }

  private static float[][] scores(Scorer scorer, Batch batch) {
    float[][] all = new float[batch.size()][];
    scorer.scores(batch, (position, scores) -> all[position] = scores.clone());
    return all;
  }

  @Test
  void aSinkMayAskTheEngineThatItIsCalledBy() {
    Example example = Example.MULT_VAE;
    try (Engine engine = engine(example)) {
      float[][] expected = scores(engine, example.batch());
      engine.scores(
          example.batch(),
          (position, scores) -> {
            assertArrayEquals(expected, scores(engine, example.batch()));
            assertArrayEquals(expected[position], scores);
          });
    }
  }

  /** As another thread finds it; then it goes on as if nothing had been tried. */
  @Test
  void anEngineThatScoresIsReadButNeitherTrainedNorRestoredNorClosed() {
    Example example = Example.MULT_VAE;
    try (Engine engine = engine(example);
        Engine undisturbed = engine(example)) {
      float[][] expected = scores(engine, example.batch());
      engine.scores(
          example.batch(),
          sinkHeldUpBy(
              () -> {
                assertRefused(
                    "in use", () -> engine.step(Update.of(example.batch(), NOISE, BETA), ADAM));
                assertRefused("in use", () -> engine.restore(example.state()));
                assertRefused("in use", engine::close);
                assertArrayEquals(expected, scores(engine, example.batch()));
              }));
      assertSameBits(undisturbed.state(), engine.state());
      engine.step(Update.of(example.batch(), NOISE, BETA), ADAM);
      undisturbed.step(Update.of(example.batch(), NOISE, BETA), ADAM);
      assertSameBits(undisturbed.state(), engine.state());
    }
  }

  /** Noise is drawn in the middle of an update. */
  @Test
  void anEngineThatIsTrainedIsNotUsedForAnythingElse() {
    Example example = Example.MULT_VAE;
    Batch batch = example.batch();
    try (Engine engine = engine(example);
        Engine undisturbed = engine(example)) {
      EngineState start = engine.state();
      Noise noise =
          noiseHeldUpBy(
              () -> {
                assertRefused("trained", () -> engine.scores(batch, (_, _) -> {}));
                assertRefused("trained", () -> engine.loss(Update.of(batch, NOISE, BETA)));
                assertRefused("trained", () -> engine.gradients(Update.of(batch, NOISE, BETA)));
                assertRefused("trained", () -> engine.activations(batch, NOISE));
                assertRefused("trained", engine::state);
                assertRefused("in use", () -> engine.step(Update.of(batch, NOISE, BETA), ADAM));
                assertRefused("in use", () -> engine.restore(start));
                assertRefused("in use", engine::close);
              });
      engine.step(Update.of(batch, noise, BETA), ADAM);
      undisturbed.step(Update.of(batch, NOISE, BETA), ADAM);
      assertSameBits(undisturbed.state(), engine.state());
      assertArrayEquals(scores(undisturbed, batch), scores(engine, batch));
    }
  }

  @Test
  void anEngineIsFreeAgainAfterAFailure() {
    Example example = Example.MULT_VAE;
    Batch batch = example.batch();
    IllegalStateException failure = new IllegalStateException();
    Runnable fails =
        () -> {
          throw failure;
        };
    try (Engine engine = engine(example)) {
      EngineState start = engine.state();
      float[][] expected = scores(engine, batch);
      assertSame(
          failure,
          assertThrows(
              IllegalStateException.class, () -> engine.scores(batch, (_, _) -> fails.run())));
      Noise noise = drawnAfter(fails);
      assertSame(
          failure,
          assertThrows(
              IllegalStateException.class, () -> engine.step(Update.of(batch, noise, BETA), ADAM)));
      assertSameBits(start, engine.state());
      assertArrayEquals(expected, scores(engine, batch));
      engine.step(Update.of(batch, NOISE, BETA), ADAM);
      assertNotEquals(start.updates(), engine.state().updates());
    }
  }

  @Test
  void aClosedEngineSaysSo() {
    Example example = Example.MULT_VAE;
    Engine engine = engine(example);
    EngineState state = engine.state();
    engine.close();
    engine.close(); // does nothing
    assertRefused("closed", () -> engine.scores(example.batch(), (_, _) -> {}));
    assertRefused("closed", () -> engine.step(Update.of(example.batch(), NOISE, BETA), ADAM));
    assertRefused("closed", () -> engine.restore(state));
    assertRefused("closed", engine::state);
    assertEquals(example.model(), engine.model());
  }

  private static void assertRefused(String why, Executable call) {
    String message = assertThrows(ElboException.class, call).getMessage();
    assertTrue(message.contains(why), message);
  }

  /** A sink that is held up for one user, while something is done in another thread. */
  private static Scorer.Sink sinkHeldUpBy(Runnable meanwhile) {
    Runnable first = firstTime(() -> CompletableFuture.runAsync(meanwhile).join());
    return (_, _) -> first.run();
  }

  /** The noise of these tests, held up likewise. */
  private static Noise noiseHeldUpBy(Runnable meanwhile) {
    return drawnAfter(firstTime(() -> CompletableFuture.runAsync(meanwhile).join()));
  }

  private static Noise drawnAfter(Runnable before) {
    return new Noise() {
      @Override
      public boolean keeps(int layer, int user, int column, double rate) {
        before.run();
        return NOISE.keeps(layer, user, column, rate);
      }

      @Override
      public void epsilon(int layer, int user, int step, double[] epsilon) {
        NOISE.epsilon(layer, user, step, epsilon);
      }

      @Override
      public double uniform(int draw) {
        return NOISE.uniform(draw);
      }
    };
  }

  private static Runnable firstTime(Runnable action) {
    AtomicBoolean done = new AtomicBoolean();
    return () -> {
      if (done.compareAndSet(false, true)) {
        action.run();
      }
    };
  }
}
