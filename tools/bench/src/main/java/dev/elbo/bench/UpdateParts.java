package dev.elbo.bench;

import dev.elbo.bench.Product.Form;
import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Engines;
import dev.elbo.engine.Outputs;
import dev.elbo.engine.Pass;
import dev.elbo.engine.Update;
import dev.elbo.fast.input.Dropout;
import dev.elbo.fast.input.L2Normalize;
import dev.elbo.fast.layers.Embedding;
import dev.elbo.fast.layers.GradientSink;
import dev.elbo.fast.layers.Gru;
import dev.elbo.fast.layers.Parameter;
import dev.elbo.fast.layers.SparseLinear;
import dev.elbo.fast.layers.SparseRows;
import dev.elbo.fast.objective.MultinomialOutput;
import dev.elbo.linalg.Gemm;
import dev.elbo.linalg.Matrix;
import dev.elbo.linalg.Workers;
import dev.elbo.model.Architecture;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.Model;
import dev.elbo.model.ModelOptions;
import dev.elbo.model.Network.Block;
import dev.elbo.model.Objective.Composite;
import dev.elbo.model.ParameterSpec;
import dev.elbo.model.Parameters;
import dev.elbo.random.Noise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The parts of an update by the fast engine, each by itself: its products by {@link Gemm}, its
 * other parts by the engine's classes, on operands of the same shapes. What is not a part takes
 * little: activations, norms, the latent layer's formulas, and whatever one part does to the caches
 * of the next.
 *
 * <p>{@code R} rows are the users of the batch, or their steps. Operations are counted where there
 * are more than a few for each value of a layer. Bytes are counted that no order of the computation
 * can save: parameters and moments, read and written once by Adam, and once more read by the
 * forward pass that comes before; and logits, which the loss reads before their gradient exists. An
 * array that fits the last-level cache counts for nothing.
 */
final class UpdateParts implements AutoCloseable {

  /** Of one value by Adam: both moments 7, root, division and step 5. */
  private static final double ADAM_FLOPS = 12;

  /** Value and moments, read and written. */
  private static final double ADAM_BYTES = 6 * Float.BYTES;

  /** Of one logit: maximum, an exponential of 21, sum, and gradient 2. */
  private static final double LOGIT_FLOPS = 25;

  /** Takes gradients and leaves the parameters as they are. */
  private static final GradientSink IGNORED = (_, _, _, _, _) -> {};

  private final Model model;
  private final Kind kind;
  private final Batch batch;
  private final Workers workers;
  private final Gemm gemm;
  private final long cache;
  private final Pass pass;
  private final int rows;
  private final boolean ofEncoder;
  private final boolean ofDecoder;
  private final List<Part> parts = new ArrayList<>();
  private final List<Product> hidden = new ArrayList<>();
  private Engine adam;

  /**
   * @param model what is updated
   * @param kind how
   * @param batch for whom
   * @param workers threads to use
   * @param cache size of the last-level cache in bytes
   */
  UpdateParts(Model model, Kind kind, Batch batch, Workers workers, long cache) {
    this.model = model;
    this.kind = kind;
    this.batch = batch;
    this.workers = workers;
    this.gemm = new Gemm(workers);
    this.cache = cache;
    pass = Pass.training(model, kind.update(batch, Noise.of(1, 0)));
    rows = pass.steps() == null ? batch.size() : pass.steps().size();
    ofEncoder = kind.blocks().contains(Block.ENCODER);
    ofDecoder = kind.blocks().contains(Block.DECODER);
    noise();
    if (model.objective().prior() instanceof Composite) {
      forward("old encoder, ", model.network().encoder(), SparseRows.of(batch.items()));
    }
    forward("", model.network().encoder(), input());
    List<LayerSpec> decoder = model.network().decoder();
    forward("", decoder.subList(0, decoder.size() - 1), null);
    lastLayer((LayerSpec.Linear) decoder.getLast());
    backward(decoder.subList(0, decoder.size() - 1), ofDecoder, ofEncoder);
    if (ofEncoder) {
      backward(model.network().encoder(), true, true);
    }
    hiddenLayers();
    adam();
  }

  /** The parts, in the order of the table. */
  List<Part> list() {
    return List.copyOf(parts);
  }

  /** Normalised and dropped, as the first layer reads it. */
  private SparseRows input() {
    SparseRows x = SparseRows.of(batch.items());
    List<LayerSpec> encoder = model.network().encoder();
    for (int n = 0; n < encoder.size(); n++) {
      switch (encoder.get(n)) {
        case LayerSpec.L2Normalize() -> x = new L2Normalize().forward(x, pass, workers);
        case LayerSpec.Dropout(double rate) -> x = new Dropout(n, rate).forward(x, pass, workers);
        default -> {}
      }
    }
    return x;
  }

  private void noise() {
    int position = model.network().encoder().size();
    int latent = model.network().latent().map(LayerSpec.Gaussian::latent).orElse(0);
    parts.add(
        new Part(
            "input and noise",
            0,
            0,
            () -> {
              input();
              if (latent > 0) {
                workers.forEach(rows, row -> pass.epsilon(position, row, new double[latent]));
              }
            }));
  }

  /** The forward pass of layers other than the last; the dense ones are kept for later. */
  private void forward(String name, List<LayerSpec> layers, SparseRows x) {
    for (LayerSpec layer : layers) {
      switch (layer) {
        case LayerSpec.SparseLinear affine -> {
          SparseLinear first = sparseLinear(affine);
          parts.add(
              new Part(
                  name + "first layer, forward",
                  2.0 * nonZero(x) * affine.out(),
                  fromMemory(rowsRead(x) * affine.out(), (double) affine.in() * affine.out()),
                  () -> first.forward(x)));
        }
        case LayerSpec.Embedding embedding -> {
          int[] items = pass.steps().items();
          double read = Arrays.stream(items).distinct().count() * (double) embedding.out();
          Embedding vectors = new Embedding(parameters(embedding).get(embedding.weight()), workers);
          parts.add(
              new Part(
                  name + "item vectors, forward",
                  0,
                  fromMemory(read, (double) embedding.in() * embedding.out()),
                  () -> vectors.forward(items)));
        }
        default -> linear(layer).forEach(affine -> hidden.add(product(Form.FORWARD, affine)));
      }
    }
  }

  private void backward(List<LayerSpec> layers, boolean updated, boolean further) {
    for (LayerSpec layer : layers.reversed()) {
      switch (layer) {
        case LayerSpec.SparseLinear affine -> {
          SparseRows x = input();
          SparseLinear first = sparseLinear(affine);
          first.forward(x);
          Matrix dY = random(rows, affine.out());
          parts.add(
              new Part(
                  "first layer, gradient of the weight",
                  2.0 * nonZero(x) * affine.out(),
                  0,
                  () -> first.backward(dY, IGNORED)));
        }
        case LayerSpec.Embedding embedding -> {
          Embedding vectors = new Embedding(parameters(embedding).get(embedding.weight()), workers);
          vectors.forward(pass.steps().items());
          Matrix dY = random(rows, embedding.out());
          parts.add(
              new Part(
                  "item vectors, gradient",
                  (double) rows * embedding.out(),
                  0,
                  () -> vectors.backward(dY, IGNORED)));
        }
        case LayerSpec.Gru gru -> recurrent(gru);
        default -> {
          for (LayerSpec.Linear affine : linear(layer)) {
            if (further) {
              hidden.add(product(Form.INPUT_GRADIENT, affine));
            }
            if (updated) {
              hidden.add(product(Form.WEIGHT_GRADIENT, affine));
            }
          }
        }
      }
    }
  }

  /** Three products of the input and three of the state; the state's are vectors by a matrix. */
  private void recurrent(LayerSpec.Gru gru) {
    Map<String, Parameter> parameters = parameters(gru);
    Gru layer =
        new Gru(
            parameters.get(gru.inputWeight()),
            parameters.get(gru.stateWeight()),
            parameters.get(gru.inputBias()),
            parameters.get(gru.stateBias()),
            gemm,
            workers);
    Matrix x = random(rows, gru.in());
    Matrix dY = random(rows, gru.out());
    parts.add(
        new Part(
            "recurrent layer, forward and backward",
            3 * 2.0 * rows * 3 * gru.out() * (gru.in() + gru.out()),
            0,
            () -> {
              layer.forward(x, pass);
              layer.backward(dY, IGNORED);
            }));
  }

  /**
   * Its products, and the passes over its logits: by a layer of one input, whose product does
   * little more than write them.
   */
  private void lastLayer(LayerSpec.Linear last) {
    double weights = (double) last.in() * last.out();
    double logits = (double) rows * last.out();
    part("last layer, ", product(Form.FORWARD, last), fromMemory(weights, weights));
    if (model.network().decoder().size() > 1 || ofEncoder) {
      // With the weight's gradient comes Adam, and reads the same.
      double read = ofDecoder ? 0 : fromMemory(weights, weights);
      part("last layer, ", product(Form.INPUT_GRADIENT, last), read);
    }
    if (ofDecoder) {
      part("last layer, ", product(Form.WEIGHT_GRADIENT, last), 0);
    }
    var narrow = new LayerSpec.Linear("narrow", 1, last.out());
    Map<String, Parameter> parameters = parameters(narrow);
    var output =
        new MultinomialOutput(
            parameters.get(narrow.weight()), parameters.get(narrow.bias()), gemm, workers);
    Matrix h = random(rows, 1);
    var biasOnly =
        new GradientSink() {
          @Override
          public boolean wants(Parameter parameter) {
            return ofDecoder && parameter.in == 0;
          }

          @Override
          public void accept(Parameter unused, int at, float[] gradient, int from, int length) {}
        };
    parts.add(
        new Part(
            "softmax, loss and their gradient",
            LOGIT_FLOPS * logits,
            fromMemory(2 * logits, logits),
            () -> {
              output.forward(h, pass.targets(), new Outputs.All(), rows);
              output.backward(biasOnly, /* further= */ false);
            }));
  }

  private void part(String name, Product product, double bytes) {
    parts.add(new Part(name + product.name(), product.flops(), bytes, product.ours(gemm).run()));
  }

  /** All products of layers between the first and the last as one part. */
  private void hiddenLayers() {
    List<Runnable> runs = hidden.stream().map(product -> product.ours(gemm).run()).toList();
    if (!runs.isEmpty()) {
      parts.add(
          new Part(
              "hidden layers, %d products".formatted(runs.size()),
              hidden.stream().mapToDouble(Product::flops).sum(),
              0,
              () -> runs.forEach(Runnable::run)));
    }
  }

  /**
   * Adam by itself: an update of about as many parameters, of an AutoRec for one user who has one
   * item. There is nothing else to compute, and Adam goes through all of them all the same.
   */
  private void adam() {
    double updated =
        kind.blocks().stream()
            .flatMap(block -> model.network().parameters(block).stream())
            .mapToDouble(ParameterSpec::size)
            .sum();
    // It has two weights of I times this width, and a bias for each of their outputs.
    double width = (updated - model.items()) / (2.0 * model.items() + 1);
    Model autoRec =
        new ModelOptions(
                Architecture.U_AUTOREC, List.of(), Math.max(1, (int) Math.round(width)), 0, 0)
            .model(model.items());
    adam =
        Engines.byName("fast")
            .create(
                autoRec, EngineState.initial(Parameters.initial(autoRec, 1)), workers.threads());
    Batch one = Batch.range(new CsrMatrix(model.items(), new int[] {0, 1}, new int[] {0}), 0, 1);
    AdamOptions options = AdamOptions.of(0.001);
    double values = autoRec.parameters().stream().mapToDouble(ParameterSpec::size).sum();
    parts.add(
        new Part(
            "Adam",
            ADAM_FLOPS * values,
            3 * Float.BYTES * values > cache ? ADAM_BYTES * values : 0,
            () -> adam.step(Update.of(one, Noise.NONE, 0), options)));
  }

  /** The dense affine layers of a layer. */
  private static List<LayerSpec.Linear> linear(LayerSpec layer) {
    return switch (layer) {
      case LayerSpec.Linear affine -> List.of(affine);
      case LayerSpec.Heads(List<LayerSpec.Linear> branches) -> branches;
      case LayerSpec.Residual(List<LayerSpec.Residual.Block> blocks) ->
          blocks.stream().map(LayerSpec.Residual.Block::affine).toList();
      default -> List.of();
    };
  }

  private Product product(Form form, LayerSpec.Linear affine) {
    return Product.of(form, rows, affine.in(), affine.out());
  }

  private SparseLinear sparseLinear(LayerSpec.SparseLinear affine) {
    Map<String, Parameter> parameters = parameters(affine);
    return new SparseLinear(
        parameters.get(affine.weight()), parameters.get(affine.bias()), workers);
  }

  private static Map<String, Parameter> parameters(LayerSpec layer) {
    return Parameter.of(List.of(layer), Block.ENCODER);
  }

  private static Matrix random(int rows, int columns) {
    return Matrix.of(Product.values(rows * columns), rows, columns);
  }

  /** Bytes of some values of an array; 0 if the cache has room for all of it. */
  private double fromMemory(double values, double ofArray) {
    return Float.BYTES * ofArray > cache ? Float.BYTES * values : 0;
  }

  private static double nonZero(SparseRows x) {
    double count = 0;
    for (float value : x.values()) {
      count += value == 0 ? 0 : 1;
    }
    return count;
  }

  /** Number of different items that are not dropped everywhere. */
  private static double rowsRead(SparseRows x) {
    boolean[] read = new boolean[x.pattern().columns()];
    double count = 0;
    for (int n = 0; n < x.values().length; n++) {
      int item = x.pattern().indices()[n];
      if (x.values()[n] != 0 && !read[item]) {
        read[item] = true;
        count++;
      }
    }
    return count;
  }

  @Override
  public void close() {
    adam.close();
  }
}
