package dev.elbo.fast;

import dev.elbo.data.Batch;
import dev.elbo.engine.Activation;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Loss;
import dev.elbo.engine.Pass;
import dev.elbo.io.Tensor;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.LayerSpec.Affine;
import dev.elbo.model.Model;
import dev.elbo.model.Noise;
import dev.elbo.model.Parameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;

/**
 * A model in float32 on all cores.
 *
 * <pre>
 * items [B, I] -> sparse layers -> first [B, H] -> dense layers -> output: the loss, and the
 * steps [S]    -> embedding [S, E]              -> dense layers -> logits before a multinomial one
 * </pre>
 *
 * Backward, each layer hands its parameters' gradients to a sink: in a step that is {@link Adam}.
 */
final class FastEngine implements Engine {

  private final Model model;
  private final Workers workers;
  private final Gemm gemm;
  private final List<SparseLayer> sparse = new ArrayList<>();
  private SparseLinear first;
  private Embedding embedding;
  private final List<Layer> dense = new ArrayList<>();
  private final List<Gaussian> gaussians = new ArrayList<>();
  private Output output;
  private final List<Parameter> parameters = new ArrayList<>();
  private long updates;

  FastEngine(Model model, EngineState state, int threads) {
    state.requireTensorsOf(model); // before threads are started
    this.model = model;
    this.workers = new Workers(threads);
    this.gemm = new Gemm(workers);
    for (int index = 0; index < model.layers().size(); index++) {
      lower(index, model.layers().get(index));
    }
    restore(state);
  }

  private void lower(int index, LayerSpec spec) {
    switch (spec) {
      case LayerSpec.L2Normalize() -> sparse.add(new L2Normalize());
      case LayerSpec.Dropout(double rate) when isSparse() -> sparse.add(new Dropout(index, rate));
      case LayerSpec.Dropout(double rate) -> dense.add(new DenseDropout(index, rate, workers));
      case LayerSpec.SparseLinear(String _, int in, int out) -> {
        Affine affine = (Affine) spec;
        first =
            new SparseLinear(
                added(Parameter.weightByInput(affine.weight(), out, in)), bias(affine), workers);
      }
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
      case LayerSpec.Embedding _ ->
          embedding = new Embedding(parametersOf(spec).getFirst(), workers);
      case LayerSpec.Gru _ -> {
        List<Parameter> of = parametersOf(spec);
        dense.add(new Gru(of.get(0), of.get(1), of.get(2), of.get(3), gemm, workers));
      }
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

  private List<Parameter> parametersOf(LayerSpec spec) {
    return spec.parameters().stream().map(Parameter::of).map(this::added).toList();
  }

  private Parameter weight(Affine affine) {
    return added(Parameter.weight(affine.weight(), affine.out(), affine.in()));
  }

  private Parameter bias(Affine affine) {
    return added(Parameter.bias(affine.bias(), affine.out()));
  }

  private Parameter added(Parameter parameter) {
    parameters.add(parameter);
    return parameter;
  }

  @Override
  public Model model() {
    return model;
  }

  @Override
  public Loss loss(Batch batch, Noise noise, double beta) {
    Pass pass = Pass.training(model, batch, noise, beta);
    double nll = nll(hidden(batch, pass, (_, _) -> {}), pass);
    double kl = gaussians.stream().mapToDouble(Gaussian::kl).sum();
    return new Loss(nll, kl, beta, decay());
  }

  private double nll(Matrix hidden, Pass pass) {
    return output.forward(hidden, pass.targets(), (double) pass.users().length * pass.perUser());
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

  private double decay() {
    double sum = 0;
    if (model.weightDecay() > 0) {
      for (Parameter parameter : parameters) {
        if (parameter.decays()) {
          for (float w : parameter.value) {
            sum += (double) w * w;
          }
        }
      }
    }
    return model.weightDecay() * sum;
  }

  private void backward(GradientSink sink) {
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

  @Override
  public Parameters gradients(Batch batch, Noise noise, double beta) {
    loss(batch, noise, beta);
    Map<Parameter, float[]> gradients = new LinkedHashMap<>();
    parameters.forEach(p -> gradients.put(p, new float[p.value.length]));
    float twiceDecay = (float) (2 * model.weightDecay());
    backward(
        (parameter, at, gradient, from, length) -> {
          float[] to = gradients.get(parameter);
          System.arraycopy(gradient, from, to, at, length);
          if (parameter.decays()) {
            Rows.addScaled(twiceDecay, parameter.value, at, to, at, length);
          }
        });
    return copy(gradients::get);
  }

  @Override
  public Loss step(Batch batch, Noise noise, double beta, AdamOptions adam) {
    Loss before = loss(batch, noise, beta);
    if (Double.isFinite(before.total())) {
      updates++;
      parameters.forEach(Parameter::makeMoments);
      backward(new Adam(adam, updates, model.weightDecay()));
    }
    return before;
  }

  @Override
  public void scores(Batch batch, Noise noise, Sink sink) {
    output.scores(hidden(batch, Pass.scoring(model, batch, noise), (_, _) -> {}), sink);
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

  @Override
  public List<Activation> activations(Batch batch, Noise noise) {
    List<float[]> values = new ArrayList<>();
    Pass pass = Pass.training(model, batch, noise, 1);
    Matrix hidden = hidden(batch, pass, (layer, size) -> values.add(Arrays.copyOf(layer, size)));
    if (values.size() == model.layers().size() - 2) { // the output computes the logits itself
      values.add(logits(hidden));
    }
    values.add(new float[] {(float) nll(hidden, pass)});

    List<Activation> activations = new ArrayList<>();
    for (int layer = 0; layer < values.size(); layer++) {
      activations.add(
          new Activation(layer, model.activationName(layer), widened(values.get(layer))));
    }
    return activations;
  }

  private static double[] widened(float[] values) {
    double[] wide = new double[values.length];
    Arrays.setAll(wide, n -> values[n]);
    return wide;
  }

  private Parameters copy(Function<Parameter, float[]> values) {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      tensors.put(parameter.name, parameter.tensor(values.apply(parameter)));
    }
    return new Parameters(tensors);
  }

  @Override
  public EngineState state() {
    boolean trained = parameters.getFirst().m != null;
    return new EngineState(
        copy(parameter -> parameter.value),
        trained ? copy(parameter -> parameter.m) : Parameters.NONE,
        trained ? copy(parameter -> parameter.v) : Parameters.NONE,
        updates);
  }

  @Override
  public void restore(EngineState state) {
    state.requireTensorsOf(model);
    for (Parameter parameter : parameters) {
      parameter.load(state.parameters(), parameter.value);
      parameter.m = null;
      parameter.v = null;
      if (state.hasMoments()) {
        parameter.makeMoments();
        parameter.load(state.firstMoments(), parameter.m);
        parameter.load(state.secondMoments(), parameter.v);
      }
    }
    updates = state.updates();
  }

  @Override
  public void close() {
    workers.close();
  }
}
