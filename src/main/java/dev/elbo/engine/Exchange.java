package dev.elbo.engine;

import dev.elbo.model.Parameters;

/**
 * Lets engines make one update together, each from its share of the users: what they all change
 * their parameters by is the mean of their gradients, each weighted by how many of the users it
 * has. Engines that start from the same state then have the same state.
 */
@FunctionalInterface
public interface Exchange {

  /**
   * Called once in an update, between the gradients and the change of parameters, whatever the loss
   * is.
   *
   * @param own the loss of the engine's own share, a mean over its users
   * @param gradients those of its share, a mean likewise, of all parameters that the update may
   *     change; values stand as the engine stores them, which is the same for all engines of a
   *     kind. Modified: afterwards the mean over all users of the update.
   * @return the loss as a mean over all users of the update
   */
  Loss whole(Loss own, Parameters gradients);
}
