package dev.elbo.reference;

import dev.elbo.data.Batch;
import dev.elbo.engine.Loss;
import dev.elbo.engine.Pass;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.LayerSpec.Affine;
import dev.elbo.model.Model;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.ejml.data.DMatrixRMaj;

/**
 * The layers of a model for one pass: forward in turn, then backward in reverse.
 *
 * <pre>
 * items [B, I] -> sparse layers -> first [B, H] -> dense layers -> output [B, I] -> loss
 * steps [S]    -> embedding [S, E]              -> dense layers -> logits [S, I] -> loss
 * </pre>
 *
 * The second is a model that reads items in the order of time; the first of its dense layers is a
 * {@link Gru}. What the pass computes, gradients included, is the network's own; the parameters'
 * values are shared with other networks, and not modified.
 */
final class Network {

  private final Model model;
  private final SequencedMap<String, Parameter> parameters = new LinkedHashMap<>();
  private final List<Layer<SparseRows, SparseRows>> sparse = new ArrayList<>();
  private SparseLinear first;
  private Embedding embedding;
  private final List<Layer<DMatrixRMaj, DMatrixRMaj>> dense = new ArrayList<>();
  private final List<Gaussian> gaussians = new ArrayList<>();
  private Objective loss;

  /**
   * @param model what is computed
   * @param shared its parameters
   */
  Network(Model model, List<Parameter> shared) {
    this.model = model;
    for (Parameter parameter : shared) {
      parameters.put(parameter.name(), parameter.withItsOwnGradient());
    }
    for (int index = 0; index < model.layers().size(); index++) {
      lower(index, model.layers().get(index));
    }
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
      case LayerSpec.Embedding described ->
          embedding = new Embedding(parameters.get(described.weight()));
      case LayerSpec.Gru gru ->
          dense.add(
              new Gru(
                  parameters.get(gru.inputWeight()),
                  parameters.get(gru.stateWeight()),
                  parameters.get(gru.inputBias()),
                  parameters.get(gru.stateBias())));
      case LayerSpec.NextItemsLoss _ -> loss = new MultinomialLoss();
    }
  }

  /** Whether the layers so far leave the input sparse. */
  private boolean isSparse() {
    return first == null && embedding == null;
  }

  private Parameter weight(Affine affine) {
    return parameters.get(affine.weight());
  }

  private Parameter bias(Affine affine) {
    return parameters.get(affine.bias());
  }

  /** The parameters with the network's gradients, in the order of files. */
  Collection<Parameter> parameters() {
    return parameters.values();
  }

  /** The forward pass up to the loss; {@code seen} is given the output of each layer. */
  DMatrixRMaj output(Batch batch, Pass pass, Consumer<double[]> seen) {
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

  /** The loss at the end of the forward pass. */
  Loss loss(DMatrixRMaj output, Pass pass) {
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
    for (Parameter parameter : parameters()) {
      if (parameter.decays()) {
        for (double w : parameter.value().data) {
          sum += w * w;
        }
      }
    }
    return model.weightDecay() * sum;
  }

  /** The backward pass: overwrites the gradients of {@link #parameters}. */
  void backward() {
    DMatrixRMaj dY = loss.backward();
    for (Layer<DMatrixRMaj, DMatrixRMaj> layer : dense.reversed()) {
      dY = layer.backward(dY);
    }
    if (embedding == null) {
      first.backward(dY); // The layers before it have no parameters.
    } else {
      embedding.backward(dY);
    }
    for (Parameter parameter : parameters()) {
      if (parameter.decays()) {
        double[] dW = parameter.gradient().data;
        for (int n = 0; n < dW.length; n++) {
          dW[n] += 2 * model.weightDecay() * parameter.value().data[n];
        }
      }
    }
  }
}
