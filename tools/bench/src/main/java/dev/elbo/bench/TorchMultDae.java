package dev.elbo.bench;

import ai.djl.ndarray.NDArray;
import dev.elbo.model.Model;
import dev.elbo.model.Parameters;

/** Mult-DAE without further hidden layers in PyTorch. */
final class TorchMultDae extends TorchModel {

  /** A model before its first update. */
  TorchMultDae(Input input, Model model, Parameters initial) {
    super(input, model, initial);
  }

  @Override
  Terms terms(TorchBatch batch, TorchNoise noise) {
    NDArray z =
        firstLayer(batch, noise, value("q_layers.0.weight"), value("q_layers.0.bias")).tanh();
    NDArray logits = linear(z, value("p_layers.0.weight"), value("p_layers.0.bias"));
    NDArray none = manager().create(0f);

    return new Terms(nll(batch, logits), none, none);
  }
}
