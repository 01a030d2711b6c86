package dev.elbo.engine;

import dev.elbo.model.Model;
import dev.elbo.model.Parameters;

/**
 * All that an engine carries from one update to the next.
 *
 * @param parameters the model's parameters
 * @param firstMoments Adam's running mean of the gradients; {@link Parameters#NONE} for zeros
 * @param secondMoments Adam's running mean of the squared gradients; likewise
 * @param updates number of updates so far
 */
public record EngineState(
    Parameters parameters, Parameters firstMoments, Parameters secondMoments, long updates) {

  /** The state before the first update. */
  public static EngineState initial(Parameters parameters) {
    return new EngineState(parameters, Parameters.NONE, Parameters.NONE, 0);
  }

  /** Whether there are moments; without, they are zero. */
  public boolean hasMoments() {
    return !firstMoments.tensors().isEmpty() || !secondMoments.tensors().isEmpty();
  }

  /**
   * Checks that these are the tensors of a model.
   *
   * @throws IllegalArgumentException naming the first that is missing, unknown, or of another shape
   */
  public void requireTensorsOf(Model model) {
    parameters.requireTensorsOf(model);
    if (hasMoments()) {
      firstMoments.requireTensorsOf(model);
      secondMoments.requireTensorsOf(model);
    }
  }
}
