package dev.elbo.tornado;

import dev.elbo.ElboException;
import dev.elbo.data.Batch;
import dev.elbo.engine.Activation;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Loss;
import dev.elbo.engine.Outputs;
import dev.elbo.engine.Update;
import dev.elbo.io.Tensor;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.LayerSpec.Affine;
import dev.elbo.model.Model;
import dev.elbo.model.Parameters;
import dev.elbo.random.Noise;
import dev.elbo.tornado.layers.Parameter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A model in float32 on a device. The device's part is a {@link Network}, made for the largest
 * batch so far; a larger one is made when a larger batch comes.
 *
 * <p>The network is the device's and there is one, so calls take turns at it: this engine's lock is
 * held while one has what it computes on the device and in the arrays that go there. What the host
 * does before and after, sinks included, is each caller's own.
 */
final class TornadoEngine implements Engine {

  /** Most users that are scored together. */
  private static final int SCORED = 512;

  /** Most scores that are computed together, so that many items leave room for few users. */
  private static final int SCORES = 1 << 26;

  private final Model model;
  private final Device device;
  private final List<Parameter> parameters = new ArrayList<>();
  private Network network;

  /** Whether the device's parameters and moments are ahead of the host's. */
  private boolean ahead;

  private EngineState.Updates updates;

  TornadoEngine(Model model, EngineState state, Device device) {
    this.model = model;
    this.device = device;
    for (Affine affine : model.affineLayers()) {
      parameters.add(
          affine instanceof LayerSpec.SparseLinear
              ? Parameter.weightByInput(affine.weight(), affine.out(), affine.in())
              : Parameter.weight(affine.weight(), affine.out(), affine.in()));
      parameters.add(Parameter.bias(affine.bias(), affine.out()));
    }
    restore(state);
  }

  @Override
  public Model model() {
    return model;
  }

  /** The network, large enough for a batch, with the parameters on the device. */
  private Network network(Batch batch, boolean training) {
    if (network == null || !network.holds(batch, training)) {
      fetchState();
      int users = batch.size();
      int values = batch.items().size();
      values += values / 4 + 1; // the next batch may have some more
      boolean trains = training;
      if (network != null) {
        users = Math.max(users, network.users());
        values = Math.max(values, network.values());
        trains |= network.isTraining();
        network.close();
        network = null;
      }
      requireRoom(users, trains);
      if (trains) {
        parameters.forEach(Parameter::makeTrainable);
      }
      network = new Network(model, parameters, device, users, values, trains);
      network.load();
    }
    return network;
  }

  /**
   * Widths are checked where layers are made, but not what a batch makes of them; and what a driver
   * cannot allocate, TornadoVM does not notice.
   */
  private void requireRoom(int users, boolean trains) {
    int widest = model.affineLayers().stream().mapToInt(Affine::out).max().orElseThrow();
    long activations = (long) users * widest;
    if (activations > Integer.MAX_VALUE / 2) {
      throw new ElboException(
          ("a layer of %,d units for %,d users is more than an array of TornadoVM can hold; use a"
                  + " smaller --batch-size")
              .formatted(widest, users));
    }
    int copies = trains ? 4 : 1; // the values, their moments and gradients
    long values = parameters.stream().mapToLong(Parameter::size).sum();
    long largest = parameters.stream().mapToLong(Parameter::size).max().orElseThrow();
    device.requireMemory(
        Float.BYTES * (copies * values + activations),
        Float.BYTES * Math.max(largest, activations));
  }

  private void fetchState() {
    if (ahead) {
      network.fetchState();
      ahead = false;
    }
  }

  @Override
  public synchronized Loss loss(Update update) {
    if (update.outputs().askedOf(model) instanceof Outputs.Sampled) {
      throw new ElboException(
          "engine 'tornado' has no sampled outputs: choose --engine fast or reference");
    }
    if (update.klWeight().perItem()) {
      throw new ElboException(
          "engine 'tornado' has one weight of the divergence for all users, and none for each of"
              + " their items: choose --engine fast or reference");
    }
    return network(update.batch(), true)
        .loss(update.batch(), update.noise(), update.klWeight().value());
  }

  @Override
  public synchronized Parameters gradients(Update update) {
    fetchState();
    loss(update);
    network.fetchGradients();
    float twiceDecay = (float) (2 * model.objective().weightDecay());
    for (Parameter parameter : parameters) {
      for (int n = 0; parameter.decays() && n < parameter.size(); n++) {
        parameter.gradient.set(n, parameter.gradient.get(n) + twiceDecay * parameter.value.get(n));
      }
    }
    return copy(parameter -> parameter.gradient);
  }

  @Override
  public synchronized Loss step(Update update, AdamOptions adam) {
    if (!update.blocks().equals(Update.ALL)) {
      throw new ElboException(
          "engine 'tornado' updates encoder and decoder together, and not in turn: choose --engine"
              + " fast or reference");
    }
    Loss before = loss(update);
    if (Double.isFinite(before.total())) {
      updates = updates.after(update.blocks());
      network.update(adam, updates.encoder());
      ahead = true;
    }
    return before;
  }

  /** The provider refuses models whose prior remembers an encoder. */
  @Override
  public void freeze() {}

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
    return network != null && network.isTraining()
        ? network.users()
        : Math.clamp(SCORES / model.items(), 1, SCORED);
  }

  /** The logits of each user: a copy, since the next call overwrites the network's. */
  private synchronized float[][] logits(Batch batch, Noise noise) {
    FloatArray logits = network(batch, false).logits(batch, noise);
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
    double nll = loss(Update.of(batch, noise, 1)).nll();
    List<FloatArray> outputs = network.outputs(batch, noise);
    List<Activation> activations = new ArrayList<>();
    int width = 0;
    for (int layer = 0; layer < outputs.size(); layer++) {
      width = width(model.layers().get(layer), width);
      int size = width == 0 ? batch.items().size() : batch.size() * width;
      double[] values = new double[size];
      FloatArray output = outputs.get(layer);
      Arrays.setAll(values, output::get);
      activations.add(new Activation(layer, model.activationName(layer), values));
    }
    int last = outputs.size();
    activations.add(new Activation(last, model.activationName(last), new double[] {nll}));
    return activations;
  }

  /** Width of a layer's output; 0 on the sparse input. */
  private static int width(LayerSpec layer, int before) {
    return switch (layer) {
      case Affine affine -> affine.out();
      case LayerSpec.Gaussian(int latent, _, _) -> latent;
      default -> before;
    };
  }

  private Parameters copy(Function<Parameter, FloatArray> values) {
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
        copy(parameter -> parameter.value),
        copy(parameter -> parameter.moment(parameter.m)),
        copy(parameter -> parameter.moment(parameter.v)),
        Parameters.NONE,
        updates);
  }

  @Override
  public synchronized void restore(EngineState state) {
    state.requireTensorsOf(model);
    for (Parameter parameter : parameters) {
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
    updates = state.updates();
    ahead = false;
    if (network != null) {
      network.load();
    }
  }

  @Override
  public synchronized void close() {
    if (network != null) {
      network.close();
      network = null;
    }
  }
}
