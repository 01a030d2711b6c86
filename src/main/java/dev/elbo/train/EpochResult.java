package dev.elbo.train;

import dev.elbo.eval.Estimate;
import java.util.SequencedMap;

/**
 * One epoch of a run.
 *
 * @param epoch number of the epoch, from 1
 * @param beta weight of the KL term in its last update
 * @param learningRate the learning rate in its last update
 * @param loss the objective, mean over the epoch's users, each measured before the update it is in
 * @param nll negative log-likelihood, or the squared error of a model that has that, likewise
 * @param kl divergence of the latent layer, likewise
 * @param seconds time spent on updates
 * @param validation metrics on the validation users after the epoch, by name
 */
public record EpochResult(
    int epoch,
    double beta,
    double learningRate,
    double loss,
    double nll,
    double kl,
    double seconds,
    SequencedMap<String, Estimate> validation) {

  /** The same epoch with its validation metrics. */
  EpochResult with(SequencedMap<String, Estimate> metrics) {
    return new EpochResult(epoch, beta, learningRate, loss, nll, kl, seconds, metrics);
  }
}
