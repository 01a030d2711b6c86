package dev.elbo.tornado;

import dev.elbo.ElboException;
import dev.elbo.data.Batch;
import dev.elbo.engine.Activation;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Loss;
import dev.elbo.engine.Pass;
import dev.elbo.engine.Update;
import dev.elbo.io.Tensor;
import dev.elbo.linalg.Workers;
import dev.elbo.model.Model;
import dev.elbo.model.Network.Block;
import dev.elbo.model.ParameterSpec;
import dev.elbo.model.Parameters;
import dev.elbo.random.Noise;
import dev.elbo.tornado.input.PreparedPass;
import dev.elbo.tornado.layers.Parameter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A model in float32 on a device. The device's part is a {@link Network}, made for the largest
 * batch so far; a larger one is made when a larger batch comes.
 *
 * <p>The network is the device's and there is one, so calls take turns at it: this engine's lock is
 * held while one has what it computes on the device and in the arrays that go there. What the host
 * does before and after, sinks included, is each caller's own; and the next update's batch and
 * noise are prepared while the device computes.
 *
 * <p>An update is Adam of all rows, also where it is asked to be lazy: a pass over the parameters
 * is what a device is good at, and no row is ever behind.
 */
final class TornadoEngine implements Engine {

  /** Most users that are scored together. */
  private static final int SCORED = 512;

  /** Most scores that are computed together, so that many items leave room for few users. */
  private static final int SCORES = 1 << 26;

  private final Model model;
  private final Backend backend;
  private final SequencedMap<String, Parameter> parameters;

  /** The encoder as it was when the prior last took a copy; none for most models. */
  private final SequencedMap<String, Parameter> frozen;

  private final Workers workers;
  private final Ahead ahead = new Ahead();
  private Network network;

  /** Whether the device's parameters and moments are newer than the host's. */
  private boolean isNewer;

  private EngineState.Updates updates;

  TornadoEngine(Model model, EngineState state, Backend backend, int threads) {
    this.model = model;
    this.backend = backend;
    parameters = Parameter.of(model.network().encoder(), Block.ENCODER);
    parameters.putAll(Parameter.of(model.network().decoder(), Block.DECODER));
    frozen =
        EngineState.frozenOf(model).isEmpty()
            ? new LinkedHashMap<>()
            : Parameter.of(model.network().encoder(), Block.ENCODER);
    restore(state);
    workers = new Workers(threads); // last: nobody would end them if something above failed
  }

  @Override
  public Model model() {
    return model;
  }

  /** The network, large enough for a pass, with the parameters on the device. */
  private Network network(Pass pass) {
    Capacity needed = Capacity.of(pass);
    if (network == null || !network.holds(needed, pass.hasLoss())) {
      fetchState();
      boolean trains = pass.hasLoss() || (network != null && network.isTraining());
      Capacity before = network == null ? Capacity.NONE : network.capacity();
      Capacity capacity = before.grown(needed);
      closeNetwork();
      requireRoom(capacity, trains);
      if (trains) {
        parameters.values().forEach(Parameter::makeTrainable);
      }
      network =
          backend.run(
              () -> new Network(model, parameters, frozen, backend.graphs(), capacity, trains));
      network.load();
    }
    return network;
  }

  /**
   * Widths are checked where layers are made, but not what a batch makes of them; and what a driver
   * cannot allocate, TornadoVM does not notice.
   */
  private void requireRoom(Capacity capacity, boolean trains) {
    int outputs = model.parameters().stream().mapToInt(ParameterSpec::out).max().orElseThrow();
    int widest = Math.max(outputs, capacity.drawn());
    long activations = (long) capacity.rows() * widest;
    if (activations > Integer.MAX_VALUE / 2) {
      throw new ElboException(
          ("a layer of %,d units for %,d rows is more than an array of TornadoVM can hold; use a"
                  + " smaller --batch-size")
              .formatted(widest, capacity.rows()));
    }
    int copies = trains ? 4 : 1; // the values, their moments and gradients
    long values = parameters.values().stream().mapToLong(Parameter::size).sum();
    long largest = parameters.values().stream().mapToLong(Parameter::size).max().orElseThrow();
    backend.requireMemory(
        Float.BYTES * (copies * values + activations),
        Float.BYTES * Math.max(largest, activations));
  }

  private void fetchState() {
    if (isNewer) {
      network.fetchState();
      isNewer = false;
    }
  }

  @Override
  public synchronized Loss loss(Update update) {
    PreparedPass prepared = prepared(Pass.training(model, update));
    return network.loss(prepared);
  }

  /** A pass that is prepared now, for a network that has room for it. */
  private PreparedPass prepared(Pass pass) {
    return network(pass).prepare(pass, workers);
  }

  @Override
  public synchronized Supplier<Update> prepare(Supplier<Update> update) {
    Network now = network;
    return ahead.prepare(
        update,
        made ->
            Optional.of(Pass.training(model, made))
                .filter(pass -> now != null && now.holds(Capacity.of(pass), /* train= */ true))
                .map(pass -> now.prepare(pass, workers)));
  }

  @Override
  public synchronized Parameters gradients(Update update) {
    fetchState();
    loss(update);
    network.fetchGradients();
    float twiceDecay = (float) (2 * model.objective().weightDecay());
    for (Parameter parameter : parameters.values()) {
      for (int n = 0; parameter.decays() && n < parameter.size(); n++) {
        parameter.gradient.set(n, parameter.gradient.get(n) + twiceDecay * parameter.value.get(n));
      }
    }
    return copy(parameters.values(), parameter -> parameter.gradient);
  }

  @Override
  public synchronized Loss step(Update update, AdamOptions adam) {
    PreparedPass prepared =
        ahead.take(update).orElseGet(() -> prepared(Pass.training(model, update)));
    Loss before = network.loss(prepared);
    if (Double.isFinite(before.total())) {
      updates = updates.after(update.blocks());
      network.update(update.blocks(), adam, updates);
      isNewer = true;
    }
    return before;
  }

  @Override
  public synchronized void freeze() {
    if (!frozen.isEmpty()) {
      fetchState();
      frozen.forEach(
          (name, old) -> old.value.getSegment().copyFrom(parameters.get(name).value.getSegment()));
      if (network != null) {
        network.load();
      }
    }
  }

  @Override
  public void scores(Batch batch, Noise noise, Sink sink) {
    int together = together();
    for (int from = 0; from < batch.size(); from += together) {
      int to = Math.min(from + together, batch.size());
      int[] positions = IntStream.range(from, to).toArray();
      Batch some =
          from == 0 && to == batch.size()
              ? batch
              : new Batch(
                  Arrays.copyOfRange(batch.users(), from, to), batch.items().select(positions));
      float[][] logits = logits(some, noise);
      for (int b = 0; b < logits.length; b++) {
        sink.accept(from + b, logits[b]);
      }
    }
  }

  /** How many users are scored together. */
  private synchronized int together() {
    int most = Math.clamp(SCORES / model.items(), 1, SCORED);
    boolean trains = network != null && network.isTraining();
    if (trains && model.isSequential()) {
      return Math.clamp(network.capacity().rows(), 1, most);
    }
    return trains ? network.capacity().rows() : most;
  }

  /** The logits of each user: a copy, since the next call overwrites the network's. */
  private synchronized float[][] logits(Batch batch, Noise noise) {
    PreparedPass prepared = prepared(Pass.scoring(model, batch, noise));
    FloatArray logits = network.logits(prepared);
    float[][] ofUsers = new float[batch.size()][model.items()];
    for (int b = 0; b < ofUsers.length; b++) {
      MemorySegment.copy(
          logits.getSegment(),
          ValueLayout.JAVA_FLOAT,
          (long) b * model.items() * Float.BYTES,
          ofUsers[b],
          0,
          model.items());
    }
    return ofUsers;
  }

  @Override
  public synchronized List<Activation> activations(Batch batch, Noise noise) {
    Pass pass = Pass.training(model, Update.of(batch, noise, 1));
    PreparedPass prepared = prepared(pass);
    double nll = network.loss(prepared).nll();
    List<Activation> activations = new ArrayList<>();
    for (double[] values : network.outputs(prepared)) {
      int layer = activations.size();
      activations.add(new Activation(layer, model.activationName(layer), values));
    }
    int last = activations.size();
    activations.add(new Activation(last, model.activationName(last), new double[] {nll}));
    return activations;
  }

  private static Parameters copy(
      Collection<Parameter> parameters, Function<Parameter, FloatArray> values) {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      tensors.put(parameter.name, parameter.tensor(values.apply(parameter)));
    }
    return new Parameters(tensors);
  }

  @Override
  public synchronized EngineState state() {
    fetchState();
    return new EngineState(
        copy(parameters.values(), parameter -> parameter.value),
        copy(parameters.values(), parameter -> parameter.moment(parameter.m)),
        copy(parameters.values(), parameter -> parameter.moment(parameter.v)),
        copy(frozen.values(), parameter -> parameter.value),
        updates);
  }

  @Override
  public synchronized void restore(EngineState state) {
    state.requireTensorsOf(model);
    for (Parameter parameter : parameters.values()) {
      parameter.load(state.parameters(), parameter.value);
      if (state.hasMoments()) {
        parameter.makeTrainable();
        parameter.load(state.firstMoments(), parameter.m);
        parameter.load(state.secondMoments(), parameter.v);
      } else if (parameter.m != null) {
        parameter.m.init(0);
        parameter.v.init(0);
      }
    }
    Parameters remembered = state.frozen(model);
    frozen.values().forEach(old -> old.load(remembered, old.value));
    updates = state.updates();
    isNewer = false;
    if (network != null) {
      network.load();
    }
  }

  @Override
  public synchronized void close() {
    ahead.close();
    workers.close();
    closeNetwork();
  }

  /** What is prepared for the network goes with it. */
  private void closeNetwork() {
    ahead.clear();
    if (network != null) {
      network.close();
      network = null;
    }
  }
}
