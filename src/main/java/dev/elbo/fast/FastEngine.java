package dev.elbo.fast;

import dev.elbo.data.Batch;
import dev.elbo.engine.Activation;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Exchange;
import dev.elbo.engine.Loss;
import dev.elbo.engine.Outputs;
import dev.elbo.engine.Pass;
import dev.elbo.engine.Update;
import dev.elbo.fast.layers.GradientSink;
import dev.elbo.fast.layers.Parameter;
import dev.elbo.io.Tensor;
import dev.elbo.linalg.Rows;
import dev.elbo.linalg.Workers;
import dev.elbo.model.Model;
import dev.elbo.model.Network.Block;
import dev.elbo.model.Objective.MultinomialLoss;
import dev.elbo.model.Parameters;
import dev.elbo.random.Noise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.function.Function;

/**
 * A model in float32 on all cores. Each call computes in a {@link Computation} that no other call
 * has: one that is idle, or a new one. As many idle ones are kept as there are threads.
 *
 * <p>Backward, each layer hands its parameters' gradients to a sink: in a step that is {@link
 * Adam}.
 */
final class FastEngine implements Engine {

  /** Values of a gradient that one task takes. */
  private static final int PIECE = 1 << 14;

  private final Model model;
  private final Workers workers;
  private final SequencedMap<String, Parameter> parameters;

  /** The encoder as it was when the prior last took a copy; none for most models. */
  private final SequencedMap<String, Parameter> frozen;

  /** What lazy updates leave behind; empty where outputs cannot be sampled. */
  private final Optional<LazyRows> lazyRows;

  private final BlockingDeque<Computation> idle;
  private EngineState.Updates updates;

  FastEngine(Model model, EngineState state, int threads) {
    state.requireTensorsOf(model); // before threads are started
    this.model = model;
    this.workers = new Workers(threads);
    this.idle = new LinkedBlockingDeque<>(threads);
    parameters = Parameter.of(model.network().encoder(), Block.ENCODER);
    parameters.putAll(Parameter.of(model.network().decoder(), Block.DECODER));
    frozen =
        EngineState.frozenOf(model).isEmpty()
            ? new LinkedHashMap<>()
            : Parameter.of(model.network().encoder(), Block.ENCODER);
    lazyRows =
        model.objective().reconstruction() instanceof MultinomialLoss
            ? Optional.of(new LazyRows(model, parameters, workers))
            : Optional.empty();
    restore(state);
  }

  /** A computation that nobody uses: closed, it is idle again, unless enough others are. */
  private Computation computation() {
    Computation free = idle.pollFirst();
    return free == null
        ? new Computation(model, parameters, frozen, workers, idle::offerFirst)
        : free;
  }

  @Override
  public Model model() {
    return model;
  }

  /** A row that is behind is nobody's business but an update's. */
  private void bringUpToDate() {
    lazyRows.ifPresent(LazyRows::bringAllUpToDate);
  }

  @Override
  public Loss loss(Update update) {
    bringUpToDate();
    try (Computation computation = computation()) {
      return loss(computation, update);
    }
  }

  private Loss loss(Computation computation, Update update) {
    double nll = computation.forward(update.batch(), Pass.training(model, update));
    return new Loss(nll, computation.kl(), computation.weightedKl(), decay());
  }

  private double decay() {
    double lambda = model.objective().weightDecay();
    double sum = 0;
    if (lambda > 0) {
      for (Parameter parameter : parameters.values()) {
        if (parameter.decays) {
          for (float w : parameter.value) {
            sum += (double) w * w;
          }
        }
      }
    }
    return lambda * sum;
  }

  @Override
  public Parameters gradients(Update update) {
    bringUpToDate();
    SequencedMap<Parameter, float[]> gradients;
    try (Computation computation = computation()) {
      loss(computation, update);
      gradients = gathered(computation, Update.ALL);
    }
    float twiceDecay = (float) (2 * model.objective().weightDecay());
    gradients.forEach(
        (parameter, gradient) -> {
          if (parameter.decays) {
            Rows.addScaled(twiceDecay, parameter.value, 0, gradient, 0, gradient.length);
          }
        });
    return copy(parameters, gradients::get);
  }

  /** The gradients of some blocks' parameters, whole, without that of the decay. */
  private SequencedMap<Parameter, float[]> gathered(Computation computation, Set<Block> blocks) {
    SequencedMap<Parameter, float[]> gradients = new LinkedHashMap<>();
    for (Parameter parameter : parameters.values()) {
      if (blocks.contains(parameter.block)) {
        gradients.put(parameter, new float[parameter.value.length]);
      }
    }
    computation.backward(
        blocks,
        new GradientSink() {
          @Override
          public boolean wants(Parameter parameter) {
            return gradients.containsKey(parameter);
          }

          @Override
          public void accept(Parameter parameter, int at, float[] gradient, int from, int length) {
            if (wants(parameter)) {
              System.arraycopy(gradient, from, gradients.get(parameter), at, length);
            }
          }
        });
    return gradients;
  }

  @Override
  public Loss step(Update update, AdamOptions adam) {
    Optional<LazyRows> lazy = lazyRows.filter(_ -> isLazy(update, adam));
    if (lazy.isPresent()) {
      parameters.values().forEach(Parameter::makeMoments);
      int[] drawn = ((Outputs.Sampled) update.outputs()).items();
      lazy.get().begin(update.batch().items(), drawn, adam);
    } else {
      bringUpToDate();
    }
    try (Computation computation = computation()) {
      Loss before = loss(computation, update);
      if (Double.isFinite(before.total())) {
        updates = updates.after(update.blocks());
        parameters.values().forEach(Parameter::makeMoments);
        lazy.ifPresent(rows -> rows.add(update.blocks(), updates, adam));
        computation.backward(update.blocks(), sink(update.blocks(), adam, lazy));
      }
      return before;
    }
  }

  @Override
  public Loss step(Update update, AdamOptions adam, Exchange exchange) {
    bringUpToDate();
    Loss own;
    SequencedMap<Parameter, float[]> gradients;
    try (Computation computation = computation()) {
      own = loss(computation, update);
      gradients = gathered(computation, update.blocks());
    }
    SequencedMap<String, Tensor> shared = new LinkedHashMap<>();
    gradients.forEach(
        (parameter, gradient) ->
            shared.put(parameter.name, new Tensor.Float32(new int[] {gradient.length}, gradient)));
    Loss whole = exchange.whole(own, new Parameters(shared));
    if (Double.isFinite(whole.total())) {
      updates = updates.after(update.blocks());
      parameters.values().forEach(Parameter::makeMoments);
      GradientSink sink = sink(update.blocks(), adam, Optional.empty());
      gradients.forEach((parameter, gradient) -> pass(parameter, gradient, sink));
    }
    return whole;
  }

  /** Passes a gradient on, in pieces that fit the cache. */
  private void pass(Parameter parameter, float[] gradient, GradientSink sink) {
    workers.forEach(
        Math.ceilDiv(gradient.length, PIECE),
        task -> {
          int at = task * PIECE;
          sink.accept(parameter, at, gradient, at, Math.min(PIECE, gradient.length - at));
        });
  }

  /** Whether an update has rows without a gradient: with weight decay all have one. */
  private boolean isLazy(Update update, AdamOptions adam) {
    return adam.lazy()
        && update.outputs().askedOf(model) instanceof Outputs.Sampled
        && model.objective().weightDecay() == 0;
  }

  /** Updates the parameters of some blocks, each block as often as it was updated. */
  private GradientSink sink(Set<Block> blocks, AdamOptions options, Optional<LazyRows> lazy) {
    Map<Block, Adam> adam = new EnumMap<>(Block.class);
    for (Block block : blocks) {
      adam.put(block, new Adam(options, updates.of(block), model.objective().weightDecay()));
    }
    return new GradientSink() {
      @Override
      public boolean wants(Parameter parameter) {
        return adam.containsKey(parameter.block);
      }

      @Override
      public boolean wantsEveryRow(Parameter parameter) {
        return lazy.isEmpty();
      }

      @Override
      public void accept(Parameter parameter, int at, float[] gradient, int from, int length) {
        if (wants(parameter)) {
          adam.get(parameter.block).accept(parameter, at, gradient, from, length);
          if (parameter.seen != null) {
            lazy.ifPresent(rows -> rows.saw(parameter, at, length));
          }
        }
      }
    };
  }

  @Override
  public void freeze() {
    bringUpToDate();
    for (Parameter old : frozen.values()) {
      float[] now = parameters.get(old.name).value;
      System.arraycopy(now, 0, old.value, 0, now.length);
    }
  }

  @Override
  public void scores(Batch batch, Noise noise, Sink sink) {
    bringUpToDate();
    try (Computation computation = computation()) {
      computation.scores(batch, Pass.scoring(model, batch, noise), sink);
    }
  }

  @Override
  public List<Activation> activations(Batch batch, Noise noise) {
    bringUpToDate();
    List<float[]> values;
    try (Computation computation = computation()) {
      values = computation.outputs(batch, Pass.training(model, Update.of(batch, noise, 1)));
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

  private static Parameters copy(
      SequencedMap<String, Parameter> parameters, Function<Parameter, float[]> values) {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter parameter : parameters.values()) {
      tensors.put(parameter.name, parameter.tensor(values.apply(parameter)));
    }
    return new Parameters(tensors);
  }

  @Override
  public EngineState state() {
    bringUpToDate();
    boolean trained = parameters.firstEntry().getValue().m != null;
    return new EngineState(
        copy(parameters, parameter -> parameter.value),
        trained ? copy(parameters, parameter -> parameter.m) : Parameters.NONE,
        trained ? copy(parameters, parameter -> parameter.v) : Parameters.NONE,
        copy(frozen, parameter -> parameter.value),
        updates);
  }

  @Override
  public void restore(EngineState state) {
    state.requireTensorsOf(model);
    lazyRows.ifPresent(LazyRows::forget);
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
    Parameters remembered = state.frozen(model);
    frozen.values().forEach(old -> old.load(remembered, old.value));
    updates = state.updates();
  }

  @Override
  public void close() {
    idle.clear();
    workers.close();
  }
}
