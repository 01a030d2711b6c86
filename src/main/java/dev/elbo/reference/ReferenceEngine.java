package dev.elbo.reference;

import dev.elbo.data.Batch;
import dev.elbo.engine.Activation;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Exchange;
import dev.elbo.engine.Loss;
import dev.elbo.engine.Pass;
import dev.elbo.engine.Update;
import dev.elbo.io.Tensor;
import dev.elbo.model.Model;
import dev.elbo.model.Network.Block;
import dev.elbo.model.ParameterSpec;
import dev.elbo.model.Parameters;
import dev.elbo.random.Noise;
import dev.elbo.reference.layers.Parameter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Function;
import org.ejml.concurrency.EjmlConcurrency;
import org.ejml.data.DMatrixRMaj;

/**
 * A model in float64. Each call computes in a {@link Computation} of its own, which begins with
 * nothing: it is not for speed.
 */
final class ReferenceEngine implements Engine {

  private final Model model;
  private final int threads;
  private final Parts parts;
  private final List<Parameter> parameters;

  /** The encoder as it was when the prior last took a copy; none for most models. */
  private final List<Parameter> frozen;

  private EngineState.Updates updates;

  ReferenceEngine(Model model, EngineState state, int threads, Parts parts) {
    this.model = model;
    this.threads = threads;
    this.parts = parts;
    this.parameters =
        model.parameters().stream().map(s -> Parameter.of(parts.of(s.name(), s))).toList();
    this.frozen = EngineState.frozenOf(model).stream().map(Parameter::of).toList();
    restore(state);
  }

  private Computation computation() {
    if (EjmlConcurrency.getMaxThreads() != threads) {
      EjmlConcurrency.setMaxThreads(threads); // makes a new pool, even for the same number
    }
    return new Computation(model, parameters, frozen, parts);
  }

  @Override
  public Model model() {
    return model;
  }

  @Override
  public Loss loss(Update update) {
    return loss(computation(), update);
  }

  private Loss loss(Computation computation, Update update) {
    Pass pass = Pass.training(model, update);
    return computation.loss(computation.output(update.batch(), pass, _ -> {}), pass);
  }

  @Override
  public Parameters gradients(Update update) {
    Computation computation = computation();
    loss(computation, update);
    computation.backward();
    return copy(computation.parameters(), Parameter::gradient);
  }

  @Override
  public Loss step(Update update, AdamOptions adam) {
    Computation computation = computation();
    Loss before = loss(computation, update);
    if (Double.isFinite(before.total())) {
      computation.backward();
      change(computation, update, adam);
    }
    return before;
  }

  private void change(Computation computation, Update update, AdamOptions adam) {
    updates = updates.after(update.blocks());
    Optimizer optimizer = parts.<Optimizer>of("", new Adam());
    for (Block block : update.blocks()) {
      for (ParameterSpec spec : model.network().parameters(block)) {
        optimizer.update(computation.parameter(spec.name()), updates.of(block), adam);
      }
    }
  }

  @Override
  public Loss step(Update update, AdamOptions adam, Exchange exchange) {
    Computation computation = computation();
    Loss own = loss(computation, update);
    computation.backward();
    SequencedMap<String, Tensor> gradients = new LinkedHashMap<>();
    for (Block block : update.blocks()) {
      for (ParameterSpec spec : model.network().parameters(block)) {
        double[] values = computation.parameter(spec.name()).gradient().data;
        gradients.put(spec.name(), new Tensor.Float64(new int[] {values.length}, values));
      }
    }
    Loss whole = exchange.whole(own, new Parameters(gradients));
    if (Double.isFinite(whole.total())) {
      change(computation, update, adam);
    }
    return whole;
  }

  @Override
  public void freeze() {
    Parameters now = copy(parameters, Parameter::value);
    frozen.forEach(old -> copy(now.float64(old.name()), old.value()));
  }

  @Override
  public void scores(Batch batch, Noise noise, Sink sink) {
    DMatrixRMaj output = computation().output(batch, Pass.scoring(model, batch, noise), _ -> {});
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
    Pass pass = Pass.training(model, Update.of(batch, noise, 1));
    Computation computation = computation();
    DMatrixRMaj output = computation.output(batch, pass, values::add);
    values.add(new double[] {computation.loss(output, pass).nll()});

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
        copy(frozen, Parameter::value),
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
    Parameters remembered = state.frozen(model);
    frozen.forEach(old -> copy(remembered.float64(old.name()), old.value()));
    updates = state.updates();
  }

  private static void copy(double[] values, DMatrixRMaj to) {
    System.arraycopy(values, 0, to.data, 0, values.length);
  }

  @Override
  public void close() {}
}
