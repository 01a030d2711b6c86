package dev.elbo.engine;

import dev.elbo.ElboException;
import dev.elbo.model.Model;
import java.util.List;
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

  /** What it can compute on, a few words each; the first is the default. It can run here. */
  List<String> devices();

  /**
   * The same engine on one of its devices.
   *
   * @param device which one, as {@link #devices} numbers them
   * @throws ElboException if the engine leaves no choice
   */
  default EngineProvider on(String device) {
    throw new ElboException(
        "engine '%s' has no devices to choose from, so '%s' cannot be one; leave it out"
            .formatted(name(), device));
  }

  /**
   * What a model has and the engine lacks.
   *
   * @param model the model
   * @return the first such part, in a few words; empty if the engine computes the model
   */
  default Optional<String> lacking(Model model) {
    return Optional.empty();
  }

  /**
   * What outputs an update asks for and the engine lacks, whatever the model.
   *
   * @param outputs what an update asks for
   * @return a few words; empty if the engine computes them
   */
  default Optional<String> lacking(Outputs outputs) {
    return Optional.empty();
  }

  /**
   * Makes an engine. Several threads may use it, as {@link Engine} says.
   *
   * @param model the model to compute
   * @param state parameters to start from
   * @param threads number of threads; the results do not depend on it
   */
  Engine create(Model model, EngineState state, int threads);
}
