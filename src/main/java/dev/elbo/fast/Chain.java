package dev.elbo.fast;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Pass;
import dev.elbo.fast.input.CountNormalize;
import dev.elbo.fast.input.Dropout;
import dev.elbo.fast.input.L2Normalize;
import dev.elbo.fast.input.Mask;
import dev.elbo.fast.input.RatingPairs;
import dev.elbo.fast.input.SparseLayer;
import dev.elbo.fast.input.SparseTanh;
import dev.elbo.fast.layers.Bias;
import dev.elbo.fast.layers.DenseDropout;
import dev.elbo.fast.layers.Embedding;
import dev.elbo.fast.layers.GradientSink;
import dev.elbo.fast.layers.Gru;
import dev.elbo.fast.layers.Heads;
import dev.elbo.fast.layers.Layer;
import dev.elbo.fast.layers.LayerNorm;
import dev.elbo.fast.layers.Linear;
import dev.elbo.fast.layers.ObservedLinear;
import dev.elbo.fast.layers.Parameter;
import dev.elbo.fast.layers.Residual;
import dev.elbo.fast.layers.Sigmoid;
import dev.elbo.fast.layers.SparseLinear;
import dev.elbo.fast.layers.SparseRows;
import dev.elbo.fast.layers.Swish;
import dev.elbo.fast.layers.Tanh;
import dev.elbo.linalg.Gemm;
import dev.elbo.linalg.Matrix;
import dev.elbo.linalg.Workers;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.LayerSpec.Affine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ObjIntConsumer;

/**
 * Layers in a row: those of an encoder, which reads items, or dense ones.
 *
 * <pre>
 * items [B, I] -> sparse layers -> first [B, H] -> dense layers
 * steps [S]    -> embedding [S, E]              -> dense layers
 * </pre>
 */
final class Chain {

  private final Map<String, Parameter> parameters;
  private final Gemm gemm;
  private final Workers workers;
  private final List<SparseLayer> sparse = new ArrayList<>();
  private SparseLinear first;
  private Embedding embedding;
  private final List<Layer> dense = new ArrayList<>();

  /**
   * @param layers what to compute
   * @param position of the first of them in the model: the key of its noise
   * @param parameters theirs, by name
   * @param gemm computes the products
   * @param workers threads to use
   */
  Chain(
      List<LayerSpec> layers,
      int position,
      Map<String, Parameter> parameters,
      Gemm gemm,
      Workers workers) {
    this.parameters = parameters;
    this.gemm = gemm;
    this.workers = workers;
    for (int n = 0; n < layers.size(); n++) {
      lower(position + n, layers.get(n), /* readsItems= */ position == 0);
    }
  }

  private void lower(int index, LayerSpec spec, boolean readsItems) {
    boolean isSparse = readsItems && first == null && embedding == null;
    switch (spec) {
      case LayerSpec.L2Normalize() -> sparse.add(new L2Normalize());
      case LayerSpec.Dropout(double rate) when isSparse -> sparse.add(new Dropout(index, rate));
      case LayerSpec.Dropout(double rate) -> dense.add(new DenseDropout(index, rate, workers));
      case LayerSpec.RatingPairs(List<Float> levels) -> sparse.add(new RatingPairs(levels));
      case LayerSpec.Mask(double rate) -> sparse.add(new Mask(index, rate));
      case LayerSpec.CountNormalize() -> sparse.add(new CountNormalize());
      case LayerSpec.Tanh() when isSparse -> sparse.add(new SparseTanh());
      case LayerSpec.Tanh() -> dense.add(new Tanh(workers));
      case LayerSpec.Sigmoid(double low, double high) -> dense.add(new Sigmoid(low, high, workers));
      case LayerSpec.Swish() -> dense.add(new Swish(workers));
      case LayerSpec.LayerNorm norm ->
          dense.add(
              new LayerNorm(
                  parameters.get(norm.gain()),
                  parameters.get(norm.bias()),
                  norm.epsilon(),
                  workers));
      case LayerSpec.SparseLinear affine ->
          first = new SparseLinear(weight(affine), bias(affine), workers);
      case LayerSpec.Linear affine -> dense.add(linear(affine));
      case LayerSpec.ObservedLinear affine ->
          dense.add(
              new ObservedLinear(weight(affine), bias(affine), affine.userBias(), gemm, workers));
      case LayerSpec.Heads(List<LayerSpec.Linear> branches) ->
          dense.add(new Heads(branches.stream().map(this::linear).toList(), workers));
      case LayerSpec.Residual(List<LayerSpec.Residual.Block> blocks) ->
          dense.add(new Residual(blocks.stream().map(this::block).toList(), workers));
      case LayerSpec.Embedding described ->
          embedding = new Embedding(parameters.get(described.weight()), workers);
      case LayerSpec.Gru gru ->
          dense.add(
              new Gru(
                  parameters.get(gru.inputWeight()),
                  parameters.get(gru.stateWeight()),
                  parameters.get(gru.inputBias()),
                  parameters.get(gru.stateBias()),
                  gemm,
                  workers));
      case LayerSpec.Gaussian _ -> throw new AssertionError("stands between the chains");
    }
  }

  private Linear linear(LayerSpec.Linear affine) {
    return new Linear(weight(affine), new Bias(bias(affine), workers), gemm);
  }

  private Residual.Block block(LayerSpec.Residual.Block block) {
    // A position other than 0: these read what is dense.
    Chain then = new Chain(block.then(), 1, parameters, gemm, workers);
    return new Residual.Block(linear(block.affine()), then.dense);
  }

  private Parameter weight(Affine affine) {
    return parameters.get(affine.weight());
  }

  private Parameter bias(Affine affine) {
    return parameters.get(affine.bias());
  }

  /** Whether there are no layers. */
  boolean isEmpty() {
    return first == null && embedding == null && dense.isEmpty();
  }

  /**
   * The forward pass of an encoder.
   *
   * @param items what it reads, {@code [B, I]}
   * @param seen is given the output of each layer, an array and how much of it counts, which the
   *     next may overwrite
   */
  Matrix forward(CsrMatrix items, Pass pass, ObjIntConsumer<float[]> seen) {
    Matrix y;
    if (embedding == null) {
      SparseRows x = SparseRows.of(items);
      for (SparseLayer layer : sparse) {
        x = layer.forward(x, pass, workers);
        seen.accept(x.values(), x.values().length);
      }
      y = first.forward(x);
    } else {
      y = embedding.forward(pass.steps().items());
    }
    seen.accept(y.data(), y.rows() * y.columns());
    return forward(y, pass, seen);
  }

  /**
   * The forward pass of dense layers.
   *
   * @param seen is given the output of each layer, likewise
   */
  Matrix forward(Matrix x, Pass pass, ObjIntConsumer<float[]> seen) {
    Matrix y = x;
    for (Layer layer : dense) {
      y = layer.forward(y, pass);
      seen.accept(y.data(), y.rows() * y.columns());
    }
    return y;
  }

  /**
   * The backward pass.
   *
   * @param dY gradient with respect to the output. Modified where a layer works in place.
   * @param sink takes the gradients of parameters
   * @return gradient with respect to the input of the dense layers
   */
  Matrix backward(Matrix dY, GradientSink sink) {
    Matrix dX = dY;
    for (Layer layer : dense.reversed()) {
      dX = layer.backward(dX, sink);
    }
    if (first != null) {
      first.backward(dX, sink);
    }
    if (embedding != null) {
      embedding.backward(dX, sink);
    }
    return dX;
  }
}
