package dev.elbo.tornado;

import dev.elbo.model.LayerSpec;
import dev.elbo.model.LayerSpec.Affine;
import dev.elbo.tornado.input.CountNormalize;
import dev.elbo.tornado.input.L2Normalize;
import dev.elbo.tornado.input.PreparedPass;
import dev.elbo.tornado.input.RatingPairs;
import dev.elbo.tornado.layers.Dropout;
import dev.elbo.tornado.layers.Embedding;
import dev.elbo.tornado.layers.Extent;
import dev.elbo.tornado.layers.Gru;
import dev.elbo.tornado.layers.Heads;
import dev.elbo.tornado.layers.Layer;
import dev.elbo.tornado.layers.LayerNorm;
import dev.elbo.tornado.layers.Linear;
import dev.elbo.tornado.layers.ObservedLinear;
import dev.elbo.tornado.layers.Parameter;
import dev.elbo.tornado.layers.Residual;
import dev.elbo.tornado.layers.Sigmoid;
import dev.elbo.tornado.layers.SparseLinear;
import dev.elbo.tornado.layers.Swish;
import dev.elbo.tornado.layers.Tanh;
import dev.elbo.tornado.layers.Tasks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Layers in a row: those of an encoder, which reads items, or dense ones. */
final class Chain {

  private final Map<String, Parameter> parameters;
  private final DeviceBatch batch;
  private final List<Layer> layers = new ArrayList<>();

  /** What counts of each layer's output where there is a loss. */
  private final List<Extent> extents = new ArrayList<>();

  /** Position of the first layer that has parameters, where the backward pass ends. */
  private int first;

  /** What counts of the last layer's output so far, with a loss and without. */
  private Extent trained;

  private Extent scored;

  /**
   * An encoder.
   *
   * @param specs its layers, which have the positions from 0 on in the model
   * @param name what tells its tasks from those of other chains
   * @param parameters its parameters, by name
   * @param batch where the batch is
   */
  static Chain encoder(
      List<LayerSpec> specs, String name, Map<String, Parameter> parameters, DeviceBatch batch) {
    Extent values = Extent.ofValues(batch.input);
    return new Chain(specs, 0, values, values, name, parameters, batch);
  }

  /**
   * Dense layers.
   *
   * @param specs the layers
   * @param position of the first of them in the model: the key of its noise
   * @param width of their input
   * @param name what tells their tasks from those of other chains
   * @param parameters their parameters, by name
   * @param batch where the batch is
   */
  static Chain dense(
      List<LayerSpec> specs,
      int position,
      int width,
      String name,
      Map<String, Parameter> parameters,
      DeviceBatch batch) {
    Extent rows = Extent.ofRows(batch.targets, width);
    return new Chain(specs, position, rows, rows, name, parameters, batch);
  }

  /** Layers that follow these, of the same parameters. */
  Chain then(List<LayerSpec> specs, int position) {
    return new Chain(specs, position, trained, scored, "", parameters, batch);
  }

  private Chain(
      List<LayerSpec> specs,
      int position,
      Extent trained,
      Extent scored,
      String name,
      Map<String, Parameter> parameters,
      DeviceBatch batch) {
    this.parameters = parameters;
    this.batch = batch;
    this.trained = trained;
    this.scored = scored;
    for (int n = 0; n < specs.size(); n++) {
      layers.add(layer(name + (position + n), position + n, specs.get(n)));
      extents.add(this.trained);
    }
  }

  private Layer layer(String id, int index, LayerSpec spec) {
    return switch (spec) {
      case LayerSpec.L2Normalize() -> new L2Normalize(id, batch.input);
      case LayerSpec.CountNormalize() -> new CountNormalize(id, batch.input);
      case LayerSpec.RatingPairs _ -> new RatingPairs();
      case LayerSpec.Mask(double rate) -> Dropout.mask(id, index, rate, batch.input);
      case LayerSpec.Dropout(double rate) when isSparse() ->
          Dropout.sparse(id, index, rate, batch.input);
      case LayerSpec.Dropout(double rate) -> Dropout.dense(id, index, rate, trained);
      case LayerSpec.Tanh() -> new Tanh(id, trained, layers.reversed().stream().findFirst());
      case LayerSpec.Sigmoid(double low, double high) ->
          new Sigmoid(id, trained, scored, low, high);
      case LayerSpec.Swish() -> new Swish(id, trained);
      case LayerSpec.LayerNorm norm ->
          new LayerNorm(
              id, parameter(norm.gain()), parameter(norm.bias()), norm.epsilon(), batch.targets);
      case LayerSpec.SparseLinear affine -> {
        first = index;
        gives(Extent.ofRows(batch.targets, affine.out()));
        yield new SparseLinear(id, weight(affine), bias(affine), batch.input);
      }
      case LayerSpec.Embedding embedding -> {
        first = index;
        gives(Extent.ofRows(batch.input, embedding.out()));
        yield new Embedding(id, parameter(embedding.weight()), batch.input);
      }
      case LayerSpec.Gru gru -> {
        gives(Extent.ofRows(batch.targets, gru.out()));
        yield new Gru(
            id,
            parameter(gru.inputWeight()),
            parameter(gru.stateWeight()),
            parameter(gru.inputBias()),
            parameter(gru.stateBias()),
            batch.input,
            batch.sequences,
            batch.targets);
      }
      case LayerSpec.Linear affine -> {
        gives(Extent.ofRows(batch.targets, affine.out()));
        yield linear(id, affine);
      }
      case LayerSpec.ObservedLinear affine -> {
        trained = Extent.ofValues(batch.targets);
        scored = Extent.ofRows(batch.targets, affine.out());
        yield new ObservedLinear(
            id, weight(affine), bias(affine), affine.userBias(), batch.targets);
      }
      case LayerSpec.Heads(List<LayerSpec.Linear> specs) -> {
        List<Linear> branches = new ArrayList<>();
        for (LayerSpec.Linear branch : specs) {
          branches.add(linear(id + "b" + branches.size(), branch));
        }
        gives(Extent.ofRows(batch.targets, specs.stream().mapToInt(LayerSpec.Linear::out).sum()));
        yield new Heads(id, branches, batch.targets);
      }
      case LayerSpec.Residual(List<LayerSpec.Residual.Block> specs) -> {
        List<Residual.Block> blocks = new ArrayList<>();
        for (LayerSpec.Residual.Block block : specs) {
          String ofBlock = id + "b" + blocks.size() + "l";
          Chain then = dense(block.then(), 1, trained.width(), ofBlock, parameters, batch);
          blocks.add(new Residual.Block(linear(ofBlock, block.affine()), then.layers));
        }
        yield new Residual(id, blocks, trained);
      }
      case LayerSpec.Gaussian _ -> throw new AssertionError("stands between the chains");
    };
  }

  private boolean isSparse() {
    return trained.equals(Extent.ofValues(batch.input));
  }

  private void gives(Extent extent) {
    trained = extent;
    scored = extent;
  }

  private Linear linear(String id, LayerSpec.Linear affine) {
    return new Linear(id, weight(affine), bias(affine), batch.targets);
  }

  private Parameter weight(Affine affine) {
    return parameter(affine.weight());
  }

  private Parameter bias(Affine affine) {
    return parameter(affine.bias());
  }

  private Parameter parameter(String ofName) {
    return parameters.get(ofName);
  }

  /** Width of the last layer's output. */
  int width() {
    return trained.width();
  }

  /** Draws the noise of a pass. */
  void draw(PreparedPass prepared) {
    layers.forEach(layer -> layer.draw(prepared));
  }

  /**
   * Adds the forward tasks.
   *
   * @param x the input; of an encoder, the values of the batch
   * @param seen is given the output of each layer, and what counts of it where there is a loss
   */
  FloatArray forward(Tasks tasks, FloatArray x, BiConsumer<FloatArray, Extent> seen) {
    FloatArray y = x;
    for (int n = 0; n < layers.size(); n++) {
      y = layers.get(n).forward(tasks, y);
      seen.accept(y, extents.get(n));
    }
    return y;
  }

  /** Adds the backward tasks; returns the gradient of the first layer's input, if it has one. */
  FloatArray backward(Tasks tasks, FloatArray dY) {
    FloatArray dX = dY;
    for (Layer layer : layers.subList(first, layers.size()).reversed()) {
      dX = layer.backward(tasks, dX);
    }
    return dX;
  }
}
