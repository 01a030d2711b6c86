package dev.elbo.tornado;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Update;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.model.Architecture;
import dev.elbo.model.Model;
import dev.elbo.model.ModelOptions;
import dev.elbo.random.Noise;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** An engine that is closed gives the device's memory back. */
class DeviceMemoryTest {

  static {
    // Before TornadoVM reads it: room for two engines of the model below.
    System.setProperty("tornado.device.memory", "64MB");
  }

  @Test
  void parametersOfClosedEnginesTakeNone() {
    assertEnginesFollowEachOther(/* users= */ 100, /* items= */ 20_000, /* hidden= */ 16);
  }

  @Test
  void norDoesWhatLiesBetweenTheirLayers() {
    assertEnginesFollowEachOther(/* users= */ 2_000, /* items= */ 30, /* hidden= */ 400);
  }

  private static void assertEnginesFollowEachOther(int users, int items, int hidden) {
    var provider = new TornadoEngineProvider();
    Optional<String> reason = provider.unavailable();
    assumeTrue(reason.isEmpty(), () -> reason.orElse(""));
    RandomGenerator random = new SplittableRandom(1);
    Model model = new ModelOptions(Architecture.MULT_VAE, List.of(hidden), 3, 0.5, 0).model(items);
    EngineState state = EngineState.initial(RandomValues.parameters(model, random));
    CsrMatrix all = CsrMatrix.of(users, items, new int[] {0, 5, 99}, new int[] {7, 3, items - 1});
    Batch batch = Batch.range(all, 0, users);
    for (int n = 0; n < 5; n++) {
      try (Engine engine = provider.create(model, state, 1)) {
        double nll = engine.step(Update.of(batch, Noise.of(1, 0), 1), AdamOptions.of(0.01)).nll();
        assertTrue(nll > 0, "engine " + n);
        engine.scores(batch, (_, _) -> {});
      }
    }
  }
}
