package dev.elbo.tornado;

import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Loss;
import dev.elbo.engine.Outputs;
import dev.elbo.engine.Pass;
import dev.elbo.linalg.Workers;
import dev.elbo.model.Model;
import dev.elbo.model.Network.Block;
import dev.elbo.tornado.input.PreparedPass;
import dev.elbo.tornado.layers.Parameter;
import dev.elbo.tornado.layers.Tasks;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BiConsumer;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A model on a device, for batches up to a size: its computation, and the graphs over it. What a
 * graph keeps is on the device when it ends, and any graph may come after any other, but {@link
 * #update} only after {@link #loss}.
 */
final class Network implements AutoCloseable {

  private final Model model;
  private final SequencedMap<String, Parameter> parameters;
  private final Capacity capacity;
  private final boolean training;
  private final Computation computation;
  private final Map<Block, FloatArray> hyper = new EnumMap<>(Block.class);
  private final List<FloatArray> kept = new ArrayList<>();
  private final Graphs graphs;
  private FloatArray logits;

  /** What each layer gives, by graph. */
  private final Map<String, LayerOutputs> outputs = new HashMap<>();

  /** Parts of the sum of squares of all weights, by the graph that computes them. */
  private final Map<String, List<FloatArray>> squares = new HashMap<>();

  /** The graph that computed the last loss. */
  private String lossOf;

  /**
   * Builds the graphs; kernels are compiled when they run first.
   *
   * @param model the model
   * @param parameters its parameters, by name
   * @param frozen those of the encoder that the prior remembers, by name; none for most models
   * @param graphs where to compute
   * @param capacity the largest batch
   * @param training whether there are to be gradients and updates, for which the parameters are
   *     trainable
   * @throws dev.elbo.ElboException as every method, if the device has not enough memory or a kernel
   *     fails
   */
  Network(
      Model model,
      SequencedMap<String, Parameter> parameters,
      SequencedMap<String, Parameter> frozen,
      Graphs graphs,
      Capacity capacity,
      boolean training) {
    this.model = model;
    this.parameters = parameters;
    this.graphs = graphs;
    this.capacity = capacity;
    this.training = training;
    this.computation = new Computation(model, parameters, frozen, capacity);
    for (Block block : Block.values()) {
      hyper.put(block, Adam.hyperParameters());
    }
    for (Parameter parameter : parameters.values()) {
      kept.add(parameter.value);
      if (training) {
        kept.add(parameter.m);
        kept.add(parameter.v);
      }
    }
    frozen.values().forEach(parameter -> kept.add(parameter.value));
    build();
  }

  private void build() {
    LoadGraph.build(graphs.add(LoadGraph.NAME, false), kept);
    Tasks score = graphs.add(ScoreGraph.NAME, false);
    logits = ScoreGraph.build(score, computation, kept, outputsOf(score));
    if (training) {
      List<FloatArray> consumed = new ArrayList<>(kept);
      if (computation.remembers()) {
        consumed.add(OldGraph.build(graphs.add(OldGraph.NAME, false), computation, kept));
      }
      train(graphs.add(TrainGraph.NAME, true), computation::train, consumed);
      if (capacity.drawn() > 0) {
        train(graphs.add(TrainGraph.SAMPLED, true), computation::trainSampled, consumed);
      }
      UpdateGraph.build(
          graphs.add(UpdateGraph.NAME, false),
          hyper,
          List.copyOf(parameters.values()),
          kept,
          model.objective().weightDecay());
    }
  }

  private void train(Tasks tasks, BiConsumer<Tasks, LayerOutputs> pass, List<FloatArray> consumed) {
    boolean decays = model.objective().weightDecay() > 0;
    squares.put(
        tasks.name(),
        TrainGraph.build(tasks, pass, parameters.values(), consumed, decays, outputsOf(tasks)));
  }

  private LayerOutputs outputsOf(Tasks tasks) {
    LayerOutputs ofGraph = new LayerOutputs(tasks);
    outputs.put(tasks.name(), ofGraph);
    return ofGraph;
  }

  /** Whether it computes such a pass. */
  boolean holds(Capacity needed, boolean train) {
    return capacity.holds(needed) && (training || !train);
  }

  Capacity capacity() {
    return capacity;
  }

  boolean isTraining() {
    return training;
  }

  /** Takes parameters and moments from the host to the device. */
  void load() {
    graphs.execute(LoadGraph.NAME);
  }

  /** Takes parameters and moments from the device to the host. */
  void fetchState() {
    for (Parameter parameter : parameters.values()) {
      graphs.fetch(LoadGraph.NAME, parameter.value);
      if (training) {
        graphs.fetch(LoadGraph.NAME, parameter.m);
        graphs.fetch(LoadGraph.NAME, parameter.v);
      }
    }
  }

  /**
   * Prepares a pass. Others may be computed meanwhile.
   *
   * @param pass for which there is room
   * @param workers threads to use
   */
  PreparedPass prepare(Pass pass, Workers workers) {
    return computation.prepare(pass, workers);
  }

  /**
   * Computes the output of the last layer, {@code [B, I]}, which is valid until the next call.
   *
   * @param prepared without a loss
   */
  FloatArray logits(PreparedPass prepared) {
    prepared.begin();
    graphs.execute(ScoreGraph.NAME);
    return logits;
  }

  /**
   * The output of every layer but the loss.
   *
   * @param prepared with a loss, which was the last of {@link #loss}
   */
  List<double[]> outputs(PreparedPass prepared) {
    if (computation.keepsOutput()) {
      return outputs.get(TrainGraph.NAME).values(output -> graphs.fetch(TrainGraph.NAME, output));
    }
    prepared.begin();
    graphs.execute(ScoreGraph.NAME);
    return outputs
        .get(ScoreGraph.NAME)
        .values(
            output -> {
              if (output != logits) { // which are there
                graphs.fetch(ScoreGraph.NAME, output);
              }
            });
  }

  /** Computes the loss, and leaves the gradients on the device. */
  Loss loss(PreparedPass prepared) {
    Pass pass = prepared.pass();
    boolean sampled = pass.outputs() instanceof Outputs.Sampled;
    lossOf = sampled ? TrainGraph.SAMPLED : TrainGraph.NAME;
    prepared.begin();
    computation.forgetLoss(pass);
    if (computation.remembers()) {
      graphs.execute(OldGraph.NAME);
    }
    graphs.execute(lossOf);
    double sum = 0;
    for (FloatArray parts : squares.get(lossOf)) {
      for (int n = 0; n < parts.getSize(); n++) {
        sum += parts.get(n);
      }
    }
    return computation.loss(pass, model.objective().weightDecay() * sum);
  }

  /** Takes the gradients of the last {@link #loss} to the host. */
  void fetchGradients() {
    parameters.values().forEach(parameter -> graphs.fetch(lossOf, parameter.gradient));
  }

  /**
   * Updates parameters and moments with the gradients of the last {@link #loss}.
   *
   * @param blocks what changes
   * @param adam how
   * @param updates how often each block has been updated, this update included
   */
  void update(Set<Block> blocks, AdamOptions adam, EngineState.Updates updates) {
    for (Block block : Block.values()) {
      if (blocks.contains(block)) {
        Adam.set(hyper.get(block), adam, updates.of(block));
      } else {
        Adam.leaveAlone(hyper.get(block));
      }
    }
    graphs.execute(UpdateGraph.NAME);
  }

  /** Frees the device's memory. */
  @Override
  public void close() {
    graphs.close();
  }
}
