package dev.elbo.reference;

import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineProvider;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.GuardedEngine;
import dev.elbo.model.Model;
import java.util.List;
import java.util.Optional;

/** The {@code reference} engine: runs everywhere. */
public final class ReferenceEngineProvider implements EngineProvider {

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public String description() {
    return "EJML, float64, on the CPU: the one to check others against";
  }

  @Override
  public Optional<String> unavailable() {
    return Optional.empty();
  }

  @Override
  public List<String> devices() {
    return List.of("CPU, %d threads".formatted(Runtime.getRuntime().availableProcessors()));
  }

  @Override
  public Engine create(Model model, EngineState state, int threads) {
    return create(model, state, threads, Parts.RIGHT);
  }

  /**
   * An engine that computes with other parts.
   *
   * @param parts what it computes with
   */
  public Engine create(Model model, EngineState state, int threads, Parts parts) {
    return new GuardedEngine(new ReferenceEngine(model, state, threads, parts));
  }
}
