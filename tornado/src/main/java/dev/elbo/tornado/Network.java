package dev.elbo.tornado;

import dev.elbo.data.Batch;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Loss;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.Model;
import dev.elbo.random.Noise;
import dev.elbo.tornado.input.L2Normalize;
import dev.elbo.tornado.layers.Dropout;
import dev.elbo.tornado.layers.Layer;
import dev.elbo.tornado.layers.Linear;
import dev.elbo.tornado.layers.Parameter;
import dev.elbo.tornado.layers.SparseLinear;
import dev.elbo.tornado.layers.SparseRows;
import dev.elbo.tornado.layers.Tanh;
import dev.elbo.tornado.layers.Tasks;
import dev.elbo.tornado.objective.Gaussian;
import dev.elbo.tornado.objective.MultinomialLoss;
import java.util.ArrayList;
import java.util.List;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A model on a device, for batches up to a size: its layers' arrays, and the graphs over them. What
 * a graph keeps is on the device when it ends, and any graph may come after any other, but {@link
 * #update} only after {@link #loss}.
 */
final class Network implements AutoCloseable {

  private static final int LOAD = 0;
  private static final int SCORE = 1;
  private static final int TRAIN = 2;
  private static final int UPDATE = 3;

  private final Model model;
  private final List<Parameter> parameters;
  private final Device device;
  private final boolean training;
  private final SparseRows rows;
  private final List<Layer> layers = new ArrayList<>();
  private final FloatArray beta = new FloatArray(1);
  private final FloatArray hyper = Adam.hyperParameters();
  private final MultinomialLoss loss;
  private List<FloatArray> outputs;
  private List<FloatArray> squares;
  private final TornadoExecutionPlan plan;
  private TornadoExecutionResult loaded;
  private TornadoExecutionResult trained;

  /**
   * Builds the graphs; kernels are compiled when they run first.
   *
   * @param model the model
   * @param parameters its parameters, weight and bias of each affine layer in turn
   * @param device where to compute
   * @param users most users of a batch
   * @param values most values of a batch
   * @param training whether there are to be gradients and updates, for which the parameters are
   *     trainable
   * @throws dev.elbo.ElboException as every method, if the device has not enough memory or a kernel
   *     fails
   */
  Network(
      Model model,
      List<Parameter> parameters,
      Device device,
      int users,
      int values,
      boolean training) {
    this.model = model;
    this.parameters = parameters;
    this.device = device;
    this.training = training;
    this.rows = new SparseRows(users, model.items(), values);
    int width = 0;
    int next = 0;
    for (int index = 0; index < model.layers().size(); index++) {
      switch (model.layers().get(index)) {
        case LayerSpec.L2Normalize() -> layers.add(new L2Normalize(index, rows));
        case LayerSpec.Dropout(double rate) ->
            layers.add(
                width == 0
                    ? Dropout.sparse(index, rate, rows)
                    : Dropout.dense(index, rate, rows, width));
        case LayerSpec.SparseLinear affine -> {
          width = affine.out();
          layers.add(new SparseLinear(index, parameters.get(next++), parameters.get(next++), rows));
        }
        case LayerSpec.Linear affine -> {
          width = affine.out();
          layers.add(new Linear(index, parameters.get(next++), parameters.get(next++), rows));
        }
        case LayerSpec.Tanh() ->
            layers.add(width == 0 ? Tanh.sparse(index, rows) : Tanh.dense(index, rows, width));
        case LayerSpec.Gaussian(int latent, _, _) -> {
          width = latent;
          layers.add(new Gaussian(index, latent, rows, beta));
        }
        default ->
            throw new AssertionError("refused by the provider: " + model.layers().get(index));
      }
    }
    loss = new MultinomialLoss(model.layers().size(), rows);
    plan = device.run(this::plan);
  }

  private TornadoExecutionPlan plan() {
    GridScheduler grids = new GridScheduler();
    List<FloatArray> kept = new ArrayList<>();
    for (Parameter parameter : parameters) {
      kept.add(parameter.value);
      if (training) {
        kept.add(parameter.m);
        kept.add(parameter.v);
      }
    }
    List<ImmutableTaskGraph> graphs = new ArrayList<>();
    Tasks load = Tasks.of(LoadGraph.NAME, grids);
    LoadGraph.build(load, kept);
    graphs.add(load.graph().snapshot());
    Tasks score = Tasks.of(ScoreGraph.NAME, grids);
    outputs = ScoreGraph.build(score, rows, layers, kept);
    graphs.add(score.graph().snapshot());
    if (training) {
      Tasks train = Tasks.of(TrainGraph.NAME, grids);
      squares =
          TrainGraph.build(
              train,
              rows,
              layers,
              loss,
              beta,
              parameters,
              kept,
              model.objective().weightDecay() > 0);
      graphs.add(train.graph().snapshot());
      Tasks update = Tasks.of(UpdateGraph.NAME, grids);
      UpdateGraph.build(update, hyper, parameters, kept, model.objective().weightDecay());
      graphs.add(update.graph().snapshot());
    }
    return new TornadoExecutionPlan(graphs.toArray(ImmutableTaskGraph[]::new))
        .withDevice(device.device())
        .withGridScheduler(grids);
  }

  private TornadoExecutionResult execute(int graph) {
    return device.run(() -> plan.withGraph(graph).execute());
  }

  /** Whether it takes a batch. */
  boolean holds(Batch batch, boolean train) {
    return rows.holds(batch.items()) && (training || !train);
  }

  int users() {
    return rows.users();
  }

  int values() {
    return rows.values();
  }

  boolean isTraining() {
    return training;
  }

  /** Takes parameters and moments from the host to the device. */
  void load() {
    loaded = execute(LOAD);
  }

  /** Takes parameters and moments from the device to the host. */
  void fetchState() {
    for (Parameter parameter : parameters) {
      fetch(LOAD, loaded, parameter.value);
      if (training) {
        fetch(LOAD, loaded, parameter.m);
        fetch(LOAD, loaded, parameter.v);
      }
    }
  }

  private void fetch(int graph, TornadoExecutionResult result, FloatArray array) {
    device.run(
        () -> {
          plan.withGraph(graph);
          return result.transferToHost(array);
        });
  }

  private void take(Batch batch, Noise noise) {
    rows.load(batch.items());
    layers.forEach(layer -> layer.draw(batch, noise));
  }

  /**
   * Computes the output of the last layer, {@code [B, I]}, which is valid until the next call.
   *
   * @param batch the users
   * @param noise the draws of the pass
   */
  FloatArray logits(Batch batch, Noise noise) {
    take(batch, noise);
    execute(SCORE);
    return outputs.getLast();
  }

  /** Computes the output of every layer but the loss; each may be longer than the batch's part. */
  List<FloatArray> outputs(Batch batch, Noise noise) {
    take(batch, noise);
    TornadoExecutionResult result = execute(SCORE);
    outputs.subList(0, outputs.size() - 1).forEach(output -> fetch(SCORE, result, output));
    return outputs;
  }

  /** Computes the loss, and leaves the gradients on the device. */
  Loss loss(Batch batch, Noise noise, double weightOfKl) {
    take(batch, noise);
    beta.set(0, (float) weightOfKl);
    loss.nll.init(Float.NaN); // so that a result that does not arrive is not taken for one
    trained = execute(TRAIN);
    double kl = 0;
    for (Layer layer : layers) {
      if (layer instanceof Gaussian gaussian) {
        kl += sum(gaussian.kl, batch.size());
      }
    }
    double squared = 0;
    for (FloatArray parts : squares) {
      squared += sum(parts, parts.getSize());
    }
    return new Loss(
        sum(loss.nll, batch.size()) / batch.size(),
        kl / batch.size(),
        weightOfKl * kl / batch.size(),
        model.objective().weightDecay() * squared);
  }

  private static double sum(FloatArray values, int size) {
    double sum = 0;
    for (int n = 0; n < size; n++) {
      sum += values.get(n);
    }
    return sum;
  }

  /** Takes the gradients of the last {@link #loss} to the host. */
  void fetchGradients() {
    parameters.forEach(parameter -> fetch(TRAIN, trained, parameter.gradient));
  }

  /**
   * Updates parameters and moments with the gradients of the last {@link #loss}.
   *
   * @param adam how
   * @param t number of the update, from 1
   */
  void update(AdamOptions adam, long t) {
    Adam.set(hyper, adam, t);
    execute(UPDATE);
  }

  /** Frees the device's memory, graph by graph: the plan's own close would free the last one's. */
  @Override
  public void close() {
    device.run(
        () -> {
          plan.withGraph(LOAD).freeDeviceMemory();
          plan.withGraph(SCORE).freeDeviceMemory();
          return training ? plan.withGraph(TRAIN).freeDeviceMemory() : plan;
        });
  }
}
