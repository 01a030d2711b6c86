package dev.elbo.engine;

import dev.elbo.model.Model;
import java.util.Optional;

/** An engine that {@link java.util.ServiceLoader} finds. */
public interface EngineProvider {

  /** The name on the command line. */
  String name();

  /** Where and how it computes, in a few words. */
  String description();

  /**
   * Why the engine cannot run here: one sentence with the exact flag or package to add. Empty if it
   * can.
   */
  Optional<String> unavailable();

  /**
   * Makes an engine.
   *
   * @param model the model to compute
   * @param state parameters to start from
   * @param threads number of threads; the results do not depend on it
   */
  Engine create(Model model, EngineState state, int threads);
}
