package dev.elbo.engine;

import java.io.Serializable;

/**
 * The objective of one batch and its parts; smaller is better.
 *
 * @param nll multinomial negative log-likelihood, in nats, or squared error; mean over users
 * @param kl Kullback-Leibler divergence of the latent layer, summed over units, mean over users
 * @param weightedKl the same, each user's with the weight that it has in the update; mean over
 *     users
 * @param decay {@code lambda * sum ||W||^2}
 */
public record Loss(double nll, double kl, double weightedKl, double decay) implements Serializable {

  /** {@code nll + weightedKl + decay}. */
  public double total() {
    return nll + weightedKl + decay;
  }
}
