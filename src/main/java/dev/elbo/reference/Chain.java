package dev.elbo.reference;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Pass;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.LayerSpec.Affine;
import dev.elbo.reference.input.CountNormalize;
import dev.elbo.reference.input.Dropout;
import dev.elbo.reference.input.L2Normalize;
import dev.elbo.reference.input.Mask;
import dev.elbo.reference.input.RatingPairs;
import dev.elbo.reference.input.SparseTanh;
import dev.elbo.reference.layers.DenseDropout;
import dev.elbo.reference.layers.Embedding;
import dev.elbo.reference.layers.Gru;
import dev.elbo.reference.layers.Heads;
import dev.elbo.reference.layers.Layer;
import dev.elbo.reference.layers.LayerNorm;
import dev.elbo.reference.layers.Linear;
import dev.elbo.reference.layers.ObservedLinear;
import dev.elbo.reference.layers.Parameter;
import dev.elbo.reference.layers.Residual;
import dev.elbo.reference.layers.Sigmoid;
import dev.elbo.reference.layers.SparseLinear;
import dev.elbo.reference.layers.SparseRows;
import dev.elbo.reference.layers.Swish;
import dev.elbo.reference.layers.Tanh;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.ejml.data.DMatrixRMaj;

/**
 * Layers in a row: those of an encoder, which reads items, or dense ones.
 *
 * <pre>
 * items [B, I] -> sparse layers -> first [B, H] -> dense layers
 * steps [S]    -> embedding [S, E]              -> dense layers
 * </pre>
 *
 * The second is an encoder that reads items in the order of time; the first of its dense layers is
 * a {@link Gru}.
 */
final class Chain {

  private final Map<String, Parameter> parameters;
  private final Parts parts;
  private final List<Layer<SparseRows, SparseRows>> sparse = new ArrayList<>();
  private Layer<SparseRows, DMatrixRMaj> first;
  private Embedding embedding;
  private final List<Layer<DMatrixRMaj, DMatrixRMaj>> dense = new ArrayList<>();

  /**
   * @param layers what to compute
   * @param position of the first of them in the model: the key of its noise
   * @param parameters theirs, by name
   * @param parts what to compute with
   */
  Chain(List<LayerSpec> layers, int position, Map<String, Parameter> parameters, Parts parts) {
    this.parameters = parameters;
    this.parts = parts;
    for (int n = 0; n < layers.size(); n++) {
      lower(position + n, layers.get(n), /* readsItems= */ position == 0);
    }
  }

  private void lower(int index, LayerSpec spec, boolean readsItems) {
    boolean isSparse = readsItems && first == null && embedding == null;
    String name = index + "." + spec.kind();
    switch (spec) {
      case LayerSpec.L2Normalize() -> sparse(name, new L2Normalize());
      case LayerSpec.Dropout(double rate) when isSparse -> sparse(name, new Dropout(index, rate));
      case LayerSpec.Dropout(double rate) -> dense(name, new DenseDropout(index, rate));
      case LayerSpec.RatingPairs(List<Float> levels) -> sparse(name, new RatingPairs(levels));
      case LayerSpec.Mask(double rate) -> sparse(name, new Mask(index, rate));
      case LayerSpec.CountNormalize() -> sparse(name, new CountNormalize());
      case LayerSpec.Tanh() when isSparse -> sparse(name, new SparseTanh());
      case LayerSpec.Tanh() -> dense(name, new Tanh());
      case LayerSpec.Sigmoid(double low, double high) -> dense(name, new Sigmoid(low, high));
      case LayerSpec.Swish() -> dense(name, new Swish());
      case LayerSpec.LayerNorm norm ->
          dense(
              name, new LayerNorm(parameter(norm.gain()), parameter(norm.bias()), norm.epsilon()));
      case LayerSpec.SparseLinear affine ->
          first =
              parts.<Layer<SparseRows, DMatrixRMaj>>of(
                  name, new SparseLinear(weight(affine), bias(affine)));
      case LayerSpec.Linear affine -> dense(name, linear(affine));
      case LayerSpec.ObservedLinear affine ->
          dense(name, new ObservedLinear(weight(affine), bias(affine), affine.userBias()));
      case LayerSpec.Heads(List<LayerSpec.Linear> branches) ->
          dense(name, new Heads(branches.stream().map(this::linear).toList()));
      case LayerSpec.Residual(List<LayerSpec.Residual.Block> blocks) ->
          dense(name, new Residual(blocks.stream().map(this::block).toList()));
      case LayerSpec.Embedding described ->
          embedding = new Embedding(parameter(described.weight()));
      case LayerSpec.Gru gru ->
          dense(
              name,
              new Gru(
                  parameter(gru.inputWeight()),
                  parameter(gru.stateWeight()),
                  parameter(gru.inputBias()),
                  parameter(gru.stateBias())));
      case LayerSpec.Gaussian _ -> throw new AssertionError("stands between the chains");
    }
  }

  private void sparse(String name, Layer<SparseRows, SparseRows> right) {
    sparse.add(parts.of(name, right));
  }

  private void dense(String name, Layer<DMatrixRMaj, DMatrixRMaj> right) {
    dense.add(parts.of(name, right));
  }

  private Linear linear(LayerSpec.Linear affine) {
    return new Linear(weight(affine), bias(affine));
  }

  private Residual.Block block(LayerSpec.Residual.Block block) {
    // A position other than 0: these read what is dense.
    return new Residual.Block(
        linear(block.affine()), new Chain(block.then(), 1, parameters, parts).dense);
  }

  private Parameter weight(Affine affine) {
    return parameter(affine.weight());
  }

  private Parameter bias(Affine affine) {
    return parameter(affine.bias());
  }

  private Parameter parameter(String name) {
    return parts.of(name, parameters.get(name));
  }

  /**
   * The forward pass of an encoder.
   *
   * @param items what it reads, {@code [B, I]}
   * @param seen is given the output of each layer
   */
  DMatrixRMaj forward(CsrMatrix items, Pass pass, Consumer<double[]> seen) {
    DMatrixRMaj y;
    if (embedding == null) {
      SparseRows x = SparseRows.of(items);
      for (Layer<SparseRows, SparseRows> layer : sparse) {
        x = layer.forward(x, pass);
        seen.accept(x.values());
      }
      y = first.forward(x, pass);
    } else {
      y = embedding.forward(pass.steps().items());
    }
    seen.accept(y.data);
    return forward(y, pass, seen);
  }

  /**
   * The forward pass of dense layers.
   *
   * @param seen is given the output of each layer
   */
  DMatrixRMaj forward(DMatrixRMaj x, Pass pass, Consumer<double[]> seen) {
    DMatrixRMaj y = x;
    for (Layer<DMatrixRMaj, DMatrixRMaj> layer : dense) {
      y = layer.forward(y, pass);
      seen.accept(y.data);
    }
    return y;
  }

  /**
   * The backward pass: overwrites the parameters' gradients.
   *
   * @param dY gradient with respect to the output
   * @return gradient with respect to the input of the dense layers
   */
  DMatrixRMaj backward(DMatrixRMaj dY) {
    DMatrixRMaj dX = dY;
    for (Layer<DMatrixRMaj, DMatrixRMaj> layer : dense.reversed()) {
      dX = layer.backward(dX);
    }
    if (first != null) {
      first.backwardParameters(dX); // The layers before it have none.
    }
    if (embedding != null) {
      embedding.backward(dX);
    }
    return dX;
  }
}
