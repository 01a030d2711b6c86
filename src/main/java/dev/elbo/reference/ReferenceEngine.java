package dev.elbo.reference;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.ejml.concurrency.EjmlConcurrency;
import org.ejml.data.DMatrixRMaj;

/**
 * A model in float64: the layers forward in turn, then backward in reverse.
 *
 * <pre>
 * items [B, I] -> sparse layers -> first [B, H] -> dense layers -> output [B, I] -> loss
 * steps [S]    -> embedding [S, E]              -> dense layers -> logits [S, I] -> loss
 * </pre>
 *
 * The second is a model that reads items in the order of time; the first of its dense layers is a
 * {@link Gru}.
 */
final class ReferenceEngine implements Engine {

  private final Model model;
  private final int threads;

  private final List<Layer<SparseRows, SparseRows>> sparse = new ArrayList<>();
  private SparseLinear first;
  private Embedding embedding;
  private final List<Layer<DMatrixRMaj, DMatrixRMaj>> dense = new ArrayList<>();
  private final List<Gaussian> gaussians = new ArrayList<>();
  private Objective loss;
  private final List<Parameter> parameters = new ArrayList<>();
  private long updates;

  ReferenceEngine(Model model, EngineState state, int threads) {
    this.model = model;
    this.threads = threads;
    for (int index = 0; index < model.layers().size(); index++) {
      lower(index, model.layers().get(index));
    }
    restore(state);
  }

  private void lower(int index, LayerSpec spec) {
    switch (spec) {
      case LayerSpec.L2Normalize() -> sparse.add(new L2Normalize());
      case LayerSpec.Dropout(double rate) when isSparse() -> sparse.add(new Dropout(index, rate));
      case LayerSpec.Dropout(double rate) -> dense.add(new DenseDropout(index, rate));
      case LayerSpec.SparseLinear affine -> first = new SparseLinear(weight(affine), bias(affine));
      case LayerSpec.Linear affine -> dense.add(new Linear(weight(affine), bias(affine)));
      case LayerSpec.Tanh() when isSparse() -> sparse.add(new SparseTanh());
      case LayerSpec.Tanh() -> dense.add(new Tanh());
      case LayerSpec.Gaussian described -> {
        Gaussian gaussian = new Gaussian(index, described);
        dense.add(gaussian);
        gaussians.add(gaussian);
      }
      case LayerSpec.MultinomialLoss() -> loss = new MultinomialLoss();
      case LayerSpec.Sigmoid(double low, double high) -> dense.add(new Sigmoid(low, high));
      case LayerSpec.ObservedLinear affine ->
          dense.add(new ObservedLinear(weight(affine), bias(affine), affine.userBias()));
      case LayerSpec.RatingPairs(List<Float> levels) -> sparse.add(new RatingPairs(levels));
      case LayerSpec.Mask(double rate) -> sparse.add(new Mask(index, rate));
      case LayerSpec.CountNormalize() -> sparse.add(new CountNormalize());
      case LayerSpec.SquaredError() -> loss = new SquaredError(model.isObserved());
      case LayerSpec.Embedding _ -> embedding = new Embedding(parametersOf(spec).getFirst());
      case LayerSpec.Gru _ -> {
        List<Parameter> of = parametersOf(spec);
        dense.add(new Gru(of.get(0), of.get(1), of.get(2), of.get(3)));
      }
      case LayerSpec.NextItemsLoss _ -> loss = new MultinomialLoss();
    }
  }

  /** Whether the layers so far leave the input sparse. */
  private boolean isSparse() {
    return first == null && embedding == null;
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
    return lossOf(output(batch, pass, _ -> {}), pass);
  }

  /** The forward pass up to the loss; {@code seen} is given the output of each layer. */
  private DMatrixRMaj output(Batch batch, Pass pass, Consumer<double[]> seen) {
    if (EjmlConcurrency.getMaxThreads() != threads) {
      EjmlConcurrency.setMaxThreads(threads); // makes a new pool, even for the same number
    }
    DMatrixRMaj y =
        embedding == null ? first(batch, pass, seen) : embedding.forward(pass.steps().items());
    seen.accept(y.data);
    for (Layer<DMatrixRMaj, DMatrixRMaj> layer : dense) {
      y = layer.forward(y, pass);
      seen.accept(y.data);
    }
    return y;
  }

  /** The forward pass from the sparse input to the first dense layer. */
  private DMatrixRMaj first(Batch batch, Pass pass, Consumer<double[]> seen) {
    SparseRows x = SparseRows.of(batch.items());
    for (Layer<SparseRows, SparseRows> layer : sparse) {
      x = layer.forward(x, pass);
      seen.accept(x.values());
    }
    return first.forward(x, pass);
  }

  private Loss lossOf(DMatrixRMaj output, Pass pass) {
    double nll =
        loss.forward(output, pass.targets(), (double) pass.users().length * pass.perUser());
    double kl = gaussians.stream().mapToDouble(gaussian -> gaussian.kl).sum();
    return new Loss(nll, kl, pass.beta(), decay());
  }

  /**
   * {@code lambda sum ||W||^2}; its gradient, {@code 2 lambda W}, is added in {@link #backward}.
   */
  private double decay() {
    double sum = 0;
    for (Parameter parameter : parameters) {
      if (parameter.decays()) {
        for (double w : parameter.value().data) {
          sum += w * w;
        }
      }
    }
    return model.weightDecay() * sum;
  }

  private void backward() {
    DMatrixRMaj dY = loss.backward();
    for (Layer<DMatrixRMaj, DMatrixRMaj> layer : dense.reversed()) {
      dY = layer.backward(dY);
    }
    if (embedding == null) {
      first.backward(dY); // The layers before it have no parameters.
    } else {
      embedding.backward(dY);
    }
    for (Parameter parameter : parameters) {
      if (parameter.decays()) {
        double[] dW = parameter.gradient().data;
        for (int n = 0; n < dW.length; n++) {
          dW[n] += 2 * model.weightDecay() * parameter.value().data[n];
        }
      }
    }
  }

  @Override
  public Parameters gradients(Batch batch, Noise noise, double beta) {
    loss(batch, noise, beta);
    backward();
    return copy(Parameter::gradient);
  }

  @Override
  public Loss step(Batch batch, Noise noise, double beta, AdamOptions adam) {
    Loss before = loss(batch, noise, beta);
    if (Double.isFinite(before.total())) {
      backward();
      updates++;
      for (Parameter parameter : parameters) {
        Adam.update(parameter, updates, adam);
      }
    }
    return before;
  }

  @Override
  public void scores(Batch batch, Noise noise, Sink sink) {
    DMatrixRMaj output = output(batch, Pass.scoring(model, batch, noise), _ -> {});
    float[] scores = new float[output.numCols];
    for (int b = 0; b < output.numRows; b++) {
      for (int i = 0; i < scores.length; i++) {
        scores[i] = (float) output.get(b, i);
      }
      sink.accept(b, scores);
    }
  }

  @Override
  public List<Activation> activations(Batch batch, Noise noise) {
    List<double[]> values = new ArrayList<>();
    Pass pass = Pass.training(model, batch, noise, 1);
    DMatrixRMaj output = output(batch, pass, values::add);
    values.add(new double[] {lossOf(output, pass).nll()});

    List<Activation> activations = new ArrayList<>();
    for (int layer = 0; layer < values.size(); layer++) {
      activations.add(new Activation(layer, model.activationName(layer), values.get(layer)));
    }
    return activations;
  }

  private Parameters copy(Function<Parameter, DMatrixRMaj> matrix) {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      tensors.put(parameter.name(), parameter.tensor(matrix.apply(parameter)));
    }
    return new Parameters(tensors);
  }

  @Override
  public EngineState state() {
    return new EngineState(copy(Parameter::value), copy(Parameter::m), copy(Parameter::v), updates);
  }

  @Override
  public void restore(EngineState state) {
    state.requireTensorsOf(model);
    for (Parameter parameter : parameters) {
      copy(state.parameters().float64(parameter.name()), parameter.value());
      parameter.m().zero();
      parameter.v().zero();
      if (state.hasMoments()) {
        copy(state.firstMoments().float64(parameter.name()), parameter.m());
        copy(state.secondMoments().float64(parameter.name()), parameter.v());
      }
    }
    updates = state.updates();
  }

  private static void copy(double[] values, DMatrixRMaj to) {
    System.arraycopy(values, 0, to.data, 0, values.length);
  }

  @Override
  public void close() {}
}
