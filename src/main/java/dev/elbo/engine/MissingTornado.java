package dev.elbo.engine;

import dev.elbo.model.Model;
import java.util.List;
import java.util.Optional;

/** Stands for the {@code tornado} engine where its module is not on the class path. */
final class MissingTornado implements EngineProvider {

  static final String NAME = "tornado";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "TornadoVM, float32: for a GPU";
  }

  @Override
  public Optional<String> unavailable() {
    return Optional.of(
        "it needs TornadoVM; install an SDK of the version that the manual names (Engines), set"
            + " TORNADOVM_HOME to its folder, and start with tools/elbo");
  }

  @Override
  public List<String> devices() {
    return List.of();
  }

  @Override
  public Engine create(Model model, EngineState state, int threads) {
    throw new IllegalStateException(unavailable().get());
  }
}
