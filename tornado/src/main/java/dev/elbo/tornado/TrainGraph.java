package dev.elbo.tornado;

import dev.elbo.tornado.layers.Layer;
import dev.elbo.tornado.layers.Parameter;
import dev.elbo.tornado.layers.SparseLinear;
import dev.elbo.tornado.layers.SparseRows;
import dev.elbo.tornado.layers.Tasks;
import dev.elbo.tornado.objective.Gaussian;
import dev.elbo.tornado.objective.MultinomialLoss;
import dev.elbo.tornado.objective.WeightDecay;
import java.util.ArrayList;
import java.util.List;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Computes the loss of a batch and the gradients of all parameters.
 *
 * <pre>
 *   host:    items, noise, beta                                  nll, kl, squares of weights
 *                |                                                    ^
 *   device:      +--> sparse layers --> dense layers --> logits --> loss
 *                          |                 |                        |
 *                          |                 |          d logits <----+  (in place of the logits)
 *                          |                 |              |
 *                     d first layer <-- d dense layers <----+
 *                          |                 |
 *   kept:    values        +---> gradients <-+
 * </pre>
 *
 * The update is a graph of its own, {@link UpdateGraph}: the host looks at the loss before, because
 * a step whose loss is not finite must change nothing, and with the fast arithmetic of most devices
 * a kernel cannot tell what is not finite.
 */
final class TrainGraph {

  static final String NAME = "train";

  private TrainGraph() {}

  /**
   * Builds the graph.
   *
   * @param rows where the batch is
   * @param layers all layers but the loss
   * @param loss the loss
   * @param beta weight of the KL term, {@code [1]}
   * @param parameters their gradients are overwritten
   * @param kept what the load graph took to the device
   * @param weightDecay whether the squares of weights are needed
   * @return parts of the sum of squares of all weights; none without weight decay
   */
  static List<FloatArray> build(
      Tasks tasks,
      SparseRows rows,
      List<Layer> layers,
      MultinomialLoss loss,
      FloatArray beta,
      List<Parameter> parameters,
      List<FloatArray> kept,
      boolean weightDecay) {
    transferBatch(tasks, rows, layers, kept);
    tasks
        .graph()
        .transferToDevice(
            DataTransferMode.EVERY_EXECUTION, rows.itemStart, rows.itemUser, rows.itemValue, beta);
    List<FloatArray> squares = new ArrayList<>();
    if (weightDecay) {
      for (int n = 0; n < parameters.size(); n++) {
        if (parameters.get(n).decays()) {
          squares.add(WeightDecay.squares(tasks, n, parameters.get(n)));
        }
      }
    }
    List<FloatArray> outputs = forward(tasks, rows, layers);
    FloatArray logits = outputs.getLast();
    loss.overwrite(tasks, logits);
    FloatArray dY = logits;
    for (Layer layer : layers.reversed()) {
      dY = layer.backward(tasks, dY);
      if (layer instanceof SparseLinear) {
        break; // the layers before it have no parameters
      }
    }
    tasks
        .graph()
        .transferToHost(DataTransferMode.EVERY_EXECUTION, loss.nll)
        .transferToHost(DataTransferMode.EVERY_EXECUTION, squares.toArray())
        .transferToHost(
            DataTransferMode.UNDER_DEMAND,
            parameters.stream().map(parameter -> parameter.gradient).toArray())
        // Nobody wants them, but only what a graph takes in or gives out is freed with it.
        .transferToHost(DataTransferMode.UNDER_DEMAND, outputs.toArray());
    for (Layer layer : layers) {
      if (layer instanceof Gaussian gaussian) {
        tasks.graph().transferToHost(DataTransferMode.EVERY_EXECUTION, gaussian.kl);
      }
    }
    return squares;
  }

  /** Adds what comes with every batch, and what is on the device. */
  static void transferBatch(
      Tasks tasks, SparseRows rows, List<Layer> layers, List<FloatArray> kept) {
    tasks
        .graph()
        .consumeFromDevice(kept.toArray())
        .transferToDevice(DataTransferMode.FIRST_EXECUTION, rows.ones)
        .transferToDevice(DataTransferMode.EVERY_EXECUTION, rows.size, rows.start, rows.item);
    for (Layer layer : layers) {
      if (!layer.noise().isEmpty()) {
        tasks.graph().transferToDevice(DataTransferMode.EVERY_EXECUTION, layer.noise().toArray());
      }
    }
  }

  /** Adds the forward tasks of all layers; returns the output of each. */
  static List<FloatArray> forward(Tasks tasks, SparseRows rows, List<Layer> layers) {
    List<FloatArray> outputs = new ArrayList<>();
    FloatArray x = rows.ones;
    for (Layer layer : layers) {
      x = layer.forward(tasks, x);
      outputs.add(x);
    }
    return outputs;
  }
}
