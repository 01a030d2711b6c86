package dev.elbo.engine;

/**
 * The objective of one batch and its parts; smaller is better.
 *
 * @param nll multinomial negative log-likelihood, in nats, or squared error; mean over users
 * @param kl Kullback-Leibler divergence of the latent layer, summed over units, mean over users
 * @param beta weight of the divergence
 * @param decay {@code lambda * sum ||W||^2}
 */
public record Loss(double nll, double kl, double beta, double decay) {

  /** {@code nll + beta * kl + decay}. */
  public double total() {
    return nll + beta * kl + decay;
  }
}
