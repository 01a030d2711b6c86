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
import dev.elbo.model.Model;
import dev.elbo.model.Noise;
import dev.elbo.model.ParameterSpec;
import dev.elbo.model.Parameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.function.Function;

/**
 * A model in float32 on all cores. Each call computes in a {@link Network} that no other call has:
 * one that is idle, or a new one. As many idle ones are kept as there are threads.
 *
 * <p>Backward, each layer hands its parameters' gradients to a sink: in a step that is {@link
 * Adam}.
 */
final class FastEngine implements Engine {

  private final Model model;
  private final Workers workers;
  private final SequencedMap<String, Parameter> parameters = new LinkedHashMap<>();
  private final BlockingDeque<Network> idle;
  private long updates;

  FastEngine(Model model, EngineState state, int threads) {
    state.requireTensorsOf(model); // before threads are started
    this.model = model;
    this.workers = new Workers(threads);
    this.idle = new LinkedBlockingDeque<>(threads);
    for (LayerSpec layer : model.layers()) {
      for (ParameterSpec spec : layer.parameters()) {
        parameters.put(spec.name(), Parameter.of(layer, spec));
      }
    }
    restore(state);
  }

  /** A network that nobody uses: closed, it is idle again, unless enough others are. */
  private Network network() {
    Network network = idle.pollFirst();
    return network == null ? new Network(model, parameters, workers, idle::offerFirst) : network;
  }

  @Override
  public Model model() {
    return model;
  }

  @Override
  public Loss loss(Batch batch, Noise noise, double beta) {
    try (Network network = network()) {
      return loss(network, batch, noise, beta);
    }
  }

  private Loss loss(Network network, Batch batch, Noise noise, double beta) {
    double nll = network.forward(batch, Pass.training(model, batch, noise, beta));
    return new Loss(nll, network.kl(), beta, decay());
  }

  private double decay() {
    double sum = 0;
    if (model.weightDecay() > 0) {
      for (Parameter parameter : parameters.values()) {
        if (parameter.decays()) {
          for (float w : parameter.value) {
            sum += (double) w * w;
          }
        }
      }
    }
    return model.weightDecay() * sum;
  }

  @Override
  public Parameters gradients(Batch batch, Noise noise, double beta) {
    Map<Parameter, float[]> gradients = new LinkedHashMap<>();
    parameters.values().forEach(p -> gradients.put(p, new float[p.value.length]));
    float twiceDecay = (float) (2 * model.weightDecay());
    try (Network network = network()) {
      loss(network, batch, noise, beta);
      network.backward(
          (parameter, at, gradient, from, length) -> {
            float[] to = gradients.get(parameter);
            System.arraycopy(gradient, from, to, at, length);
            if (parameter.decays()) {
              Rows.addScaled(twiceDecay, parameter.value, at, to, at, length);
            }
          });
    }
    return copy(gradients::get);
  }

  @Override
  public Loss step(Batch batch, Noise noise, double beta, AdamOptions adam) {
    try (Network network = network()) {
      Loss before = loss(network, batch, noise, beta);
      if (Double.isFinite(before.total())) {
        updates++;
        parameters.values().forEach(Parameter::makeMoments);
        network.backward(new Adam(adam, updates, model.weightDecay()));
      }
      return before;
    }
  }

  @Override
  public void scores(Batch batch, Noise noise, Sink sink) {
    try (Network network = network()) {
      network.scores(batch, Pass.scoring(model, batch, noise), sink);
    }
  }

  @Override
  public List<Activation> activations(Batch batch, Noise noise) {
    List<float[]> values;
    try (Network network = network()) {
      values = network.outputs(batch, Pass.training(model, batch, noise, 1));
    }
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
    for (Parameter parameter : parameters.values()) {
      tensors.put(parameter.name, parameter.tensor(values.apply(parameter)));
    }
    return new Parameters(tensors);
  }

  @Override
  public EngineState state() {
    boolean trained = parameters.firstEntry().getValue().m != null;
    return new EngineState(
        copy(parameter -> parameter.value),
        trained ? copy(parameter -> parameter.m) : Parameters.NONE,
        trained ? copy(parameter -> parameter.v) : Parameters.NONE,
        updates);
  }

  @Override
  public void restore(EngineState state) {
    state.requireTensorsOf(model);
    for (Parameter parameter : parameters.values()) {
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
    idle.clear();
    workers.close();
  }
}
