package dev.elbo.fast;

import dev.elbo.data.Batch;
import dev.elbo.engine.Pass;
import dev.elbo.engine.Scorer;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.LayerSpec.Affine;
import dev.elbo.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;

/**
 * The layers of a model, with all that a pass computes.
 *
 * <pre>
 * items [B, I] -> sparse layers -> first [B, H] -> dense layers -> output: the loss, and the
 * steps [S]    -> embedding [S, E]              -> dense layers -> logits before a multinomial one
 * </pre>
 *
 * A network computes one pass at a time, in memory that it keeps for the next. Its parameters are
 * shared: passes that only read them may run at a time, each in a network of its own.
 */
final class Network implements AutoCloseable {

  private final Model model;
  private final Map<String, Parameter> parameters;
  private final Workers workers;
  private final Gemm gemm;
  private final Consumer<Network> unused;
  private final List<SparseLayer> sparse = new ArrayList<>();
  private SparseLinear first;
  private Embedding embedding;
  private final List<Layer> dense = new ArrayList<>();
  private final List<Gaussian> gaussians = new ArrayList<>();
  private Output output;

  /**
   * @param model what is computed
   * @param parameters its parameters by name, shared with other networks
   * @param workers threads to use, likewise
   * @param unused is given the network when its user closes it
   */
  Network(
      Model model, Map<String, Parameter> parameters, Workers workers, Consumer<Network> unused) {
    this.model = model;
    this.parameters = parameters;
    this.workers = workers;
    this.gemm = new Gemm(workers);
    this.unused = unused;
    for (int index = 0; index < model.layers().size(); index++) {
      lower(index, model.layers().get(index));
    }
  }

  private void lower(int index, LayerSpec spec) {
    switch (spec) {
      case LayerSpec.L2Normalize() -> sparse.add(new L2Normalize());
      case LayerSpec.Dropout(double rate) when isSparse() -> sparse.add(new Dropout(index, rate));
      case LayerSpec.Dropout(double rate) -> dense.add(new DenseDropout(index, rate, workers));
      case LayerSpec.SparseLinear affine ->
          first = new SparseLinear(weight(affine), bias(affine), workers);
      case LayerSpec.Linear affine when isLogits(index) ->
          output =
              new MultinomialLoss(weight(affine), new Bias(bias(affine), workers), gemm, workers);
      case LayerSpec.Linear affine ->
          dense.add(new Linear(weight(affine), new Bias(bias(affine), workers), gemm));
      case LayerSpec.Tanh() when isSparse() -> sparse.add(new SparseTanh());
      case LayerSpec.Tanh() -> dense.add(new Tanh(workers));
      case LayerSpec.Gaussian described -> {
        Gaussian gaussian = new Gaussian(index, described, workers);
        dense.add(gaussian);
        gaussians.add(gaussian);
      }
      case LayerSpec.MultinomialLoss() -> {} // one with the last linear layer
      case LayerSpec.Sigmoid(double low, double high) -> dense.add(new Sigmoid(low, high, workers));
      case LayerSpec.ObservedLinear affine ->
          dense.add(
              new ObservedLinear(weight(affine), bias(affine), affine.userBias(), gemm, workers));
      case LayerSpec.RatingPairs(List<Float> levels) -> sparse.add(new RatingPairs(levels));
      case LayerSpec.Mask(double rate) -> sparse.add(new Mask(index, rate));
      case LayerSpec.CountNormalize() -> sparse.add(new CountNormalize());
      case LayerSpec.SquaredError() -> output = new SquaredError(model.isObserved(), workers);
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
      case LayerSpec.NextItemsLoss _ -> {} // one with the last linear layer
    }
  }

  /** Whether the layers so far leave the input sparse. */
  private boolean isSparse() {
    return first == null && embedding == null;
  }

  /** Whether a layer's output is the logits of a multinomial loss, which computes them itself. */
  private boolean isLogits(int index) {
    LayerSpec next = model.layers().get(index + 1);
    return next instanceof LayerSpec.MultinomialLoss || next instanceof LayerSpec.NextItemsLoss;
  }

  private Parameter weight(Affine affine) {
    return parameters.get(affine.weight());
  }

  private Parameter bias(Affine affine) {
    return parameters.get(affine.bias());
  }

  /**
   * The forward pass.
   *
   * @return the negative log-likelihood, or the squared error; mean over users
   */
  double forward(Batch batch, Pass pass) {
    return nll(hidden(batch, pass, (_, _) -> {}), pass);
  }

  private double nll(Matrix hidden, Pass pass) {
    return output.forward(hidden, pass.targets(), (double) pass.users().length * pass.perUser());
  }

  /** The divergence of the last forward pass: summed over units, mean over users. */
  double kl() {
    return gaussians.stream().mapToDouble(Gaussian::kl).sum();
  }

  /**
   * The forward pass up to what the output takes; {@code seen} is given the output of each layer,
   * an array and how much of it counts, which the next may overwrite.
   */
  private Matrix hidden(Batch batch, Pass pass, ObjIntConsumer<float[]> seen) {
    Matrix y =
        embedding == null ? first(batch, pass, seen) : embedding.forward(pass.steps().items());
    seen.accept(y.data(), y.rows() * y.columns());
    for (Layer layer : dense) {
      y = layer.forward(y, pass);
      seen.accept(y.data(), y.rows() * y.columns());
    }
    return y;
  }

  /** The forward pass from the sparse input to the first dense layer. */
  private Matrix first(Batch batch, Pass pass, ObjIntConsumer<float[]> seen) {
    SparseRows x = SparseRows.of(batch.items());
    for (SparseLayer layer : sparse) {
      x = layer.forward(x, pass, workers);
      seen.accept(x.values(), x.values().length);
    }
    return first.forward(x);
  }

  /**
   * The backward pass of the last forward pass.
   *
   * @param sink takes the gradients of parameters
   */
  void backward(GradientSink sink) {
    Matrix dY = output.backward(sink);
    for (Layer layer : dense.reversed()) {
      dY = layer.backward(dY, sink);
    }
    if (embedding == null) {
      first.backward(dY, sink);
    } else {
      embedding.backward(dY, sink);
    }
  }

  /** Computes the scores of a batch in a pass without a loss. */
  void scores(Batch batch, Pass pass, Scorer.Sink sink) {
    output.scores(hidden(batch, pass, (_, _) -> {}), sink);
  }

  /** The forward pass: what each layer gives, the loss last. */
  List<float[]> outputs(Batch batch, Pass pass) {
    List<float[]> values = new ArrayList<>();
    Matrix hidden = hidden(batch, pass, (layer, size) -> values.add(Arrays.copyOf(layer, size)));
    if (values.size() == model.layers().size() - 2) { // the output computes the logits itself
      values.add(logits(hidden));
    }
    values.add(new float[] {(float) nll(hidden, pass)});
    return values;
  }

  /** The logits of all rows; none where they are more than an array can hold. */
  private float[] logits(Matrix hidden) {
    int items = model.items();
    if ((long) hidden.rows() * items > Integer.MAX_VALUE / 2) {
      return new float[0];
    }
    float[] logits = new float[hidden.rows() * items];
    output.scores(hidden, (b, scores) -> System.arraycopy(scores, 0, logits, b * items, items));
    return logits;
  }

  /** Ends the use of the network: another pass may take it. */
  @Override
  public void close() {
    unused.accept(this);
  }
}
