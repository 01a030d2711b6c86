package dev.elbo.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.EngineState.Updates;
import dev.elbo.engine.Loss;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.Model;
import dev.elbo.model.Network.Block;
import dev.elbo.model.ParameterSpec;
import dev.elbo.model.Parameters;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A model in PyTorch, written as its users write it and differentiated by its autograd. Every
 * operation is PyTorch's own native one; DJL only passes the call on.
 */
abstract class TorchModel implements AutoCloseable {

  /** How the users' items reach the first layer. */
  enum Input {
    /** As a dense matrix: what nearly every port does. */
    DENSE,
    /**
     * As a sparse COO matrix times the first weight, which is stored {@code [I, H]} like that of an
     * embedding; the loss gathers the log-probabilities of the users' items. (DJL does not offer
     * the embedding bag, which sums the same rows.)
     */
    SPARSE
  }

  /**
   * The parts of a loss, before they are numbers.
   *
   * @param nll negative log-likelihood, mean over users
   * @param kl divergence, summed over units, mean over users
   * @param weightedKl the same, each user's with its weight
   */
  record Terms(NDArray nll, NDArray kl, NDArray weightedKl) {}

  private final Input input;
  private final NDManager manager = Torch.engine().newBaseManager();
  private final String first;
  private final Map<String, TorchParameter> parameters = new LinkedHashMap<>();
  private Updates updates = Updates.NONE;

  /**
   * A model before its first update.
   *
   * @param input how the users' items reach the first layer
   * @param model what is computed
   * @param initial parameters to start from
   */
  TorchModel(Input input, Model model, Parameters initial) {
    this.input = input;
    first =
        model.network().encoder().stream()
            .filter(LayerSpec.SparseLinear.class::isInstance)
            .map(layer -> ((LayerSpec.SparseLinear) layer).weight())
            .findFirst()
            .orElse(""); // a model of sequences has item vectors
    for (Block block : Block.values()) {
      for (ParameterSpec spec : model.network().parameters(block)) {
        parameters.put(spec.name(), new TorchParameter(block, tensor(initial, spec.name())));
      }
    }
  }

  /** A copy of a tensor, as this model's form of it. */
  final NDArray tensor(Parameters values, String name) {
    int[] shape = values.tensors().get(name).shape();
    double[] wide = values.float64(name);
    int out = shape[0];
    int in = wide.length / out;
    boolean transposed = input == Input.SPARSE && name.equals(first);
    float[] narrow = new float[wide.length];
    for (int n = 0; n < wide.length; n++) {
      narrow[transposed ? n % in * out + n / in : n] = (float) wide[n];
    }
    Shape torch =
        shape.length == 1 ? new Shape(out) : transposed ? new Shape(in, out) : new Shape(out, in);
    // A copy, because PyTorch does not own the memory of an array that comes from Java.
    return manager.create(narrow, torch).duplicate();
  }

  /** Makes a batch that lives as long as this. */
  TorchBatch batch(CsrMatrix items) {
    return TorchBatch.of(manager, items);
  }

  final NDManager manager() {
    return manager;
  }

  /** The tensor of a name. */
  final NDArray value(String name) {
    return parameters.get(name).value();
  }

  /**
   * One update. Only the gradients that it needs are computed.
   *
   * @param batch the users
   * @param noise the draws of the pass
   * @param blocks what it changes
   * @param adam how to update; null leaves Adam out, for its share of the time
   * @return the loss before the update
   */
  final Loss step(TorchBatch batch, TorchNoise noise, Set<Block> blocks, AdamOptions adam) {
    updates = updates.after(blocks);
    parameters.values().forEach(p -> p.requireGradient(blocks.contains(p.block())));
    try (var scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Loss loss;
      try (GradientCollector gradients = Torch.engine().newGradientCollector()) {
        Terms terms = terms(batch, noise);
        gradients.backward(terms.nll.add(terms.weightedKl));
        loss = new Loss(terms.nll.getFloat(), terms.kl.getFloat(), terms.weightedKl.getFloat(), 0);
      }
      for (TorchParameter parameter : parameters.values()) {
        if (blocks.contains(parameter.block())) {
          parameter.update(adam, updates.of(parameter.block()));
        }
      }
      return loss;
    }
  }

  /** The forward pass. */
  abstract Terms terms(TorchBatch batch, TorchNoise noise);

  /** The first layer on the normalised rows. */
  final NDArray firstLayer(TorchBatch batch, TorchNoise noise, NDArray weight, NDArray bias) {
    return switch (input) {
      case DENSE -> linear(noise.dropout(batch.dense().normalize(2, 1)), weight, bias);
      case SPARSE ->
          JniUtils.createSparseCoo(
                  (PtNDArray) batch.positions(),
                  (PtNDArray) noise.dropout(batch.values()),
                  batch.dense().getShape())
              .matMul(weight)
              .add(bias);
    };
  }

  static NDArray linear(NDArray x, NDArray weight, NDArray bias) {
    return Linear.linear(x, weight, bias).singletonOrThrow();
  }

  /** The multinomial negative log-likelihood, mean over users. */
  final NDArray nll(TorchBatch batch, NDArray logits) {
    NDArray logProbabilities = logits.logSoftmax(1);
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

  @Override
  public void close() {
    manager.close();
  }
}
