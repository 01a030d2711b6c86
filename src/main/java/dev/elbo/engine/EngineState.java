package dev.elbo.engine;

import dev.elbo.model.Parameters;

/**
 * All that an engine carries from one update to the next.
 *
 * @param parameters the model's parameters
 * @param firstMoments Adam's running mean of the gradients
 * @param secondMoments Adam's running mean of the squared gradients
 * @param updates number of updates so far
 */
public record EngineState(
    Parameters parameters, Parameters firstMoments, Parameters secondMoments, long updates) {

  /** The state before the first update. */
  public static EngineState initial(Parameters parameters) {
    return new EngineState(parameters, parameters.zeros(), parameters.zeros(), 0);
  }
}
