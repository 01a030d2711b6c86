package dev.elbo.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.elbo.ElboException;
import dev.elbo.data.Batch;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Engine;
import dev.elbo.engine.Outputs;
import dev.elbo.engine.Update;
import dev.elbo.model.KlWeight;
import dev.elbo.random.Noise;
import dev.elbo.testing.Example;
import dev.elbo.testing.States;
import dev.elbo.tornado.products.TiledGemm;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is prepared ahead is what would be computed without. The graphs run as plain Java; the
 * host's part is as on a device.
 */
class AheadTest {

  private static final double BETA = 0.2;
  private static final AdamOptions ADAM = AdamOptions.of(0.01);
  private static final Example EXAMPLE = Example.MULT_VAE;

  static Stream<Example> examples() {
    return KernelsTest.examples();
  }

  static Stream<Example> sampled() {
    return KernelsTest.sampled();
  }

  private static Engine engine(Example example, int threads) {
    return new TornadoEngine(
        example.model(), example.state(), PlainGraphs.backend(new TiledGemm()), threads);
  }

  private static Update update(Batch batch, int number) {
    return Update.of(batch, Noise.of(5, number), BETA);
  }

  /** Batches of different sizes: for the largest, there is no room at first. */
  @ParameterizedTest
  @MethodSource("examples")
  void preparedUpdatesHaveTheSameBits(Example example) {
    Batch all = example.batch();
    Batch one = Batch.of(all.items(), 0);
    assertSameBits(
        example, List.of(update(one, 1), update(all, 2), update(all, 3), update(one, 4)));
  }

  @ParameterizedTest
  @MethodSource("sampled")
  void soHaveThoseOfSampledOutputs(Example example) {
    assertSameBits(
        example,
        Stream.of(1, 2, 3).map(number -> example.sampled(Noise.of(5, number), BETA)).toList());
  }

  /** Updates one after the other, each prepared while the one before is made, or none prepared. */
  private static void assertSameBits(Example example, List<Update> updates) {
    try (Engine plain = engine(example, 1);
        Engine preparing = engine(example, 3)) {
      List<Supplier<Update>> coming = new ArrayList<>();
      coming.add(preparing.prepare(updates::getFirst));
      for (int n = 0; n < updates.size(); n++) {
        Update update = coming.removeFirst().get();
        if (n + 1 < updates.size()) {
          int following = n + 1;
          coming.add(preparing.prepare(() -> updates.get(following)));
        }
        assertEquals(plain.step(updates.get(n), ADAM), preparing.step(update, ADAM));
      }
      States.assertSameBits(plain.state(), preparing.state());
    }
  }

  @Test
  void noiseIsDrawnBeforeTheStepAndInAnotherThread() {
    try (Engine engine = engine(EXAMPLE, 1)) {
      engine.step(update(EXAMPLE.batch(), 1), ADAM); // there is room for the next
      var noise = new WatchedNoise();
      Supplier<Update> next = engine.prepare(() -> Update.of(EXAMPLE.batch(), noise, BETA));
      Update update = next.get();
      assertEquals(Set.of("elbo-ahead"), noise.threads);
      engine.step(update, ADAM);
      assertEquals(Set.of("elbo-ahead"), noise.threads);
      engine.step(update, ADAM); // once more, which nobody has prepared
      assertEquals(Set.of("elbo-ahead", Thread.currentThread().getName()), noise.threads);
    }
  }

  /** As when the first update of all is made, and the second is already on its way. */
  @Test
  void aStepThatNobodyPreparedLeavesWhatIsPreparedForTheNext() {
    try (Engine engine = engine(EXAMPLE, 1)) {
      engine.step(update(EXAMPLE.batch(), 1), ADAM); // there is room for the next
      var noise = new WatchedNoise();
      Supplier<Update> next = engine.prepare(() -> Update.of(EXAMPLE.batch(), noise, BETA));
      engine.step(update(EXAMPLE.batch(), 2), ADAM);
      engine.step(next.get(), ADAM);
      assertEquals(Set.of("elbo-ahead"), noise.threads);
    }
  }

  @Test
  void anUpdateThatIsNotThePreparedOneIsMadeAsItIs() {
    Update prepared = update(EXAMPLE.batch(), 2);
    Update other = update(Batch.of(EXAMPLE.batch().items(), 2, 1), 3);
    try (Engine plain = engine(EXAMPLE, 1);
        Engine preparing = engine(EXAMPLE, 1)) {
      Update first = update(EXAMPLE.batch(), 1);
      assertEquals(plain.step(first, ADAM), preparing.step(first, ADAM));
      assertSame(prepared, preparing.prepare(() -> prepared).get());
      for (Update update : List.of(other, prepared, other)) {
        assertEquals(plain.step(update, ADAM), preparing.step(update, ADAM));
      }
      States.assertSameBits(plain.state(), preparing.state());
    }
  }

  @Test
  void whatCannotBePreparedFailsWhereItIsWanted() {
    try (Engine engine = engine(EXAMPLE, 1)) {
      Supplier<Update> none =
          engine.prepare(
              () -> {
                throw new ElboException("no such users");
              });
      assertEquals("no such users", assertThrows(ElboException.class, none::get).getMessage());

      Update observed =
          new Update(
              EXAMPLE.batch(),
              Noise.NONE,
              KlWeight.of(BETA),
              Update.ALL,
              new Outputs.Observed()); // which the model does not give
      String expected =
          assertThrows(ElboException.class, () -> engine.step(observed, ADAM)).getMessage();
      assertSame(observed, engine.prepare(() -> observed).get());
      assertEquals(
          expected,
          assertThrows(ElboException.class, () -> engine.step(observed, ADAM)).getMessage());

      Update good = update(EXAMPLE.batch(), 1);
      engine.step(engine.prepare(() -> good).get(), ADAM);
    }
  }

  /** Remembers the threads that draw. */
  private static final class WatchedNoise implements Noise {
    private final Noise noise = Noise.of(5, 17);
    private final Set<String> threads = ConcurrentHashMap.newKeySet();

    @Override
    public boolean keeps(int layer, int user, int column, double rate) {
      threads.add(Thread.currentThread().getName());
      return noise.keeps(layer, user, column, rate);
    }

    @Override
    public void epsilon(int layer, int user, int step, double[] epsilon) {
      threads.add(Thread.currentThread().getName());
      noise.epsilon(layer, user, step, epsilon);
    }

    @Override
    public double uniform(int draw) {
      return noise.uniform(draw);
    }
  }
}
