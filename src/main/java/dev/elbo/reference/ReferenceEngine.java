package dev.elbo.reference;

import dev.elbo.data.Batch;
import dev.elbo.engine.Activation;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Loss;
import dev.elbo.engine.Pass;
import dev.elbo.io.Tensor;
import dev.elbo.model.Model;
import dev.elbo.model.Noise;
import dev.elbo.model.Parameters;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Function;
import org.ejml.concurrency.EjmlConcurrency;
import org.ejml.data.DMatrixRMaj;

/**
 * A model in float64. Each call computes in a {@link Network} of its own, which begins with
 * nothing: it is not for speed.
 */
final class ReferenceEngine implements Engine {

  private final Model model;
  private final int threads;
  private final List<Parameter> parameters;
  private long updates;

  ReferenceEngine(Model model, EngineState state, int threads) {
    this.model = model;
    this.threads = threads;
    this.parameters = model.parameters().stream().map(Parameter::of).toList();
    restore(state);
  }

  private Network network() {
    if (EjmlConcurrency.getMaxThreads() != threads) {
      EjmlConcurrency.setMaxThreads(threads); // makes a new pool, even for the same number
    }
    return new Network(model, parameters);
  }

  @Override
  public Model model() {
    return model;
  }

  @Override
  public Loss loss(Batch batch, Noise noise, double beta) {
    return loss(network(), batch, noise, beta);
  }

  private Loss loss(Network network, Batch batch, Noise noise, double beta) {
    Pass pass = Pass.training(model, batch, noise, beta);
    return network.loss(network.output(batch, pass, _ -> {}), pass);
  }

  @Override
  public Parameters gradients(Batch batch, Noise noise, double beta) {
    Network network = network();
    loss(network, batch, noise, beta);
    network.backward();
    return copy(network.parameters(), Parameter::gradient);
  }

  @Override
  public Loss step(Batch batch, Noise noise, double beta, AdamOptions adam) {
    Network network = network();
    Loss before = loss(network, batch, noise, beta);
    if (Double.isFinite(before.total())) {
      network.backward();
      updates++;
      for (Parameter parameter : network.parameters()) {
        Adam.update(parameter, updates, adam);
      }
    }
    return before;
  }

  @Override
  public void scores(Batch batch, Noise noise, Sink sink) {
    DMatrixRMaj output = network().output(batch, Pass.scoring(model, batch, noise), _ -> {});
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
    Network network = network();
    DMatrixRMaj output = network.output(batch, pass, values::add);
    values.add(new double[] {network.loss(output, pass).nll()});

    List<Activation> activations = new ArrayList<>();
    for (int layer = 0; layer < values.size(); layer++) {
      activations.add(new Activation(layer, model.activationName(layer), values.get(layer)));
    }
    return activations;
  }

  private static Parameters copy(
      Collection<Parameter> parameters, Function<Parameter, DMatrixRMaj> matrix) {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      tensors.put(parameter.name(), parameter.tensor(matrix.apply(parameter)));
    }
    return new Parameters(tensors);
  }

  @Override
  public EngineState state() {
    return new EngineState(
        copy(parameters, Parameter::value),
        copy(parameters, Parameter::m),
        copy(parameters, Parameter::v),
        updates);
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
