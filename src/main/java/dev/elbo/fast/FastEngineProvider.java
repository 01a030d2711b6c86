package dev.elbo.fast;

import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineProvider;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.GuardedEngine;
import dev.elbo.linalg.VectorMath;
import dev.elbo.model.Model;
import java.util.List;
import java.util.Optional;

/** The {@code fast} engine: needs the JDK's Vector API. */
public final class FastEngineProvider implements EngineProvider {

  @Override
  public String name() {
    return "fast";
  }

  @Override
  public String description() {
    return "Vector API, float32, all cores: for training and scoring on a CPU";
  }

  @Override
  public Optional<String> unavailable() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
        ? Optional.empty()
        : Optional.of("start Java with --add-modules jdk.incubator.vector");
  }

  @Override
  public List<String> devices() {
    return List.of(
        "CPU, %d threads, vectors of %d bits"
            .formatted(
                Runtime.getRuntime().availableProcessors(), VectorMath.SPECIES.vectorBitSize()));
  }

  @Override
  public Engine create(Model model, EngineState state, int threads) {
    return new GuardedEngine(new FastEngine(model, state, threads));
  }
}
