package dev.elbo.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.elbo.model.Model;
import dev.elbo.model.Parameters;

/** Mult-VAE with one hidden layer in PyTorch. */
final class TorchMultVae extends TorchModel {

  /** A model before its first update. */
  TorchMultVae(Input input, Model model, Parameters initial) {
    super(input, model, initial);
  }

  @Override
  Terms terms(TorchBatch batch, TorchNoise noise) {
    NDList halves = gaussian(batch, noise).split(2, 1);
    NDArray mu = halves.get(0);
    NDArray logVariance = halves.get(1);
    NDArray epsilon = noise.epsilon(manager(), mu.getShape());
    NDArray z = mu.add(epsilon.mul(logVariance.mul(0.5f).exp()));
    NDArray nll = nll(batch, logits(z));
    NDArray kl =
        mu.square()
            .add(logVariance.exp())
            .sub(1)
            .sub(logVariance)
            .mul(0.5f)
            .sum(new int[] {1})
            .mean();
    return new Terms(nll, kl, kl.mul((float) MultVae.BETA));
  }

  /** Mean and log-variance, {@code [B, 2K]}. */
  private NDArray gaussian(TorchBatch batch, TorchNoise noise) {
    NDArray hidden = firstLayer(batch, noise, value("q_layers.0.weight"), value("q_layers.0.bias"));
    return linear(hidden.tanh(), value("q_layers.1.weight"), value("q_layers.1.bias"));
  }

  private NDArray logits(NDArray z) {
    NDArray hidden = linear(z, value("p_layers.0.weight"), value("p_layers.0.bias")).tanh();
    return linear(hidden, value("p_layers.1.weight"), value("p_layers.1.bias"));
  }

  /**
   * Scores every item for every user.
   *
   * @param batch the users' histories
   * @return the logits, {@code [B, I]}
   */
  NDArray scores(TorchBatch batch) {
    return logits(gaussian(batch, TorchNoise.NONE).split(2, 1).get(0));
  }
}
