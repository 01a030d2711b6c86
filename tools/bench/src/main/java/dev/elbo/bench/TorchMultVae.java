package dev.elbo.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Loss;
import dev.elbo.model.Parameters;

/**
 * Mult-VAE in PyTorch, written as its users write it and differentiated by its autograd. Every
 * operation is PyTorch's own native one; DJL only passes the call on.
 */
final class TorchMultVae implements AutoCloseable {

  /** How the users' items reach the first layer. */
  enum Input {
    /** As a dense matrix: what nearly every port of Mult-VAE does. */
    DENSE,
    /**
     * As a sparse COO matrix times the first weight, which is stored {@code [I, H]} like that of an
     * embedding; the loss gathers the log-probabilities of the users' items. (DJL does not offer
     * the embedding bag, which sums the same rows.)
     */
    SPARSE
  }

  private final Input input;
  private final NDManager manager = Torch.engine().newBaseManager();
  private final TorchParameter encoderWeight;
  private final TorchParameter encoderBias;
  private final TorchParameter latentWeight;
  private final TorchParameter latentBias;
  private final TorchParameter decoderWeight;
  private final TorchParameter decoderBias;
  private final TorchParameter logitWeight;
  private final TorchParameter logitBias;
  private long updates;

  /**
   * A model before its first update.
   *
   * @param input how the users' items reach the first layer
   * @param initial parameters to start from: those of a Mult-VAE with one hidden layer
   */
  TorchMultVae(Input input, Parameters initial) {
    this.input = input;
    encoderWeight = parameter(initial, "q_layers.0.weight", input == Input.SPARSE);
    encoderBias = parameter(initial, "q_layers.0.bias", false);
    latentWeight = parameter(initial, "q_layers.1.weight", false);
    latentBias = parameter(initial, "q_layers.1.bias", false);
    decoderWeight = parameter(initial, "p_layers.0.weight", false);
    decoderBias = parameter(initial, "p_layers.0.bias", false);
    logitWeight = parameter(initial, "p_layers.1.weight", false);
    logitBias = parameter(initial, "p_layers.1.bias", false);
  }

  private TorchParameter parameter(Parameters initial, String name, boolean transposed) {
    int[] shape = initial.tensors().get(name).shape();
    double[] values = initial.float64(name);
    int out = shape[0];
    int in = values.length / out;
    float[] narrow = new float[values.length];
    for (int n = 0; n < values.length; n++) {
      narrow[transposed ? n % in * out + n / in : n] = (float) values[n];
    }
    Shape torch =
        shape.length == 1 ? new Shape(out) : transposed ? new Shape(in, out) : new Shape(out, in);
    // A copy, because PyTorch does not own the memory of an array that comes from Java.
    return new TorchParameter(manager.create(narrow, torch).duplicate());
  }

  private TorchParameter[] parameters() {
    return new TorchParameter[] {
      encoderWeight, encoderBias, latentWeight, latentBias,
      decoderWeight, decoderBias, logitWeight, logitBias
    };
  }

  /** Makes a batch that lives as long as this. */
  TorchBatch batch(CsrMatrix items) {
    return TorchBatch.of(manager, items);
  }

  NDManager manager() {
    return manager;
  }

  /**
   * One update.
   *
   * @param batch the users
   * @param noise the draws of the pass
   * @param beta weight of the KL term
   * @param adam how to update; null leaves Adam out, for its share of the time
   * @return the loss before the update
   */
  Loss step(TorchBatch batch, TorchNoise noise, double beta, AdamOptions adam) {
    updates++;
    try (var scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Loss loss;
      try (GradientCollector gradients = Torch.engine().newGradientCollector()) {
        NDArray gaussian = gaussian(batch, noise);
        NDList halves = gaussian.split(2, 1);
        NDArray mu = halves.get(0);
        NDArray logVariance = halves.get(1);
        NDArray epsilon = noise.epsilon(manager, mu.getShape());
        NDArray z = mu.add(epsilon.mul(logVariance.mul(0.5f).exp()));
        NDArray nll = nll(batch, logits(z).logSoftmax(1));
        NDArray kl =
            mu.square()
                .add(logVariance.exp())
                .sub(1)
                .sub(logVariance)
                .mul(0.5f)
                .sum(new int[] {1})
                .mean();
        gradients.backward(nll.add(kl.mul((float) beta)));
        float divergence = kl.getFloat();
        loss = new Loss(nll.getFloat(), divergence, beta * divergence, 0);
      }
      for (TorchParameter parameter : parameters()) {
        parameter.update(adam, updates);
      }
      return loss;
    }
  }

  /** Mean and log-variance, {@code [B, 2K]}. */
  private NDArray gaussian(TorchBatch batch, TorchNoise noise) {
    NDArray hidden =
        switch (input) {
          case DENSE ->
              linear(noise.dropout(batch.dense().normalize(2, 1)), encoderWeight, encoderBias);
          case SPARSE ->
              JniUtils.createSparseCoo(
                      (PtNDArray) batch.positions(),
                      (PtNDArray) noise.dropout(batch.values()),
                      batch.dense().getShape())
                  .matMul(encoderWeight.value())
                  .add(encoderBias.value());
        };
    return linear(hidden.tanh(), latentWeight, latentBias);
  }

  private NDArray logits(NDArray z) {
    return linear(linear(z, decoderWeight, decoderBias).tanh(), logitWeight, logitBias);
  }

  private static NDArray linear(NDArray x, TorchParameter weight, TorchParameter bias) {
    return Linear.linear(x, weight.value(), bias.value()).singletonOrThrow();
  }

  private NDArray nll(TorchBatch batch, NDArray logProbabilities) {
    return switch (input) {
      case DENSE -> logProbabilities.mul(batch.dense()).sum(new int[] {1}).mean().neg();
      case SPARSE ->
          logProbabilities
              .flatten()
              .gather(batch.targets(), 0)
              .sum()
              .div(-batch.dense().getShape().get(0));
    };
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

  @Override
  public void close() {
    manager.close();
  }
}
