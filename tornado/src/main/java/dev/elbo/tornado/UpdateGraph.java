package dev.elbo.tornado;

import dev.elbo.model.Network.Block;
import dev.elbo.tornado.layers.Parameter;
import dev.elbo.tornado.layers.Tasks;
import java.util.List;
import java.util.Map;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * One update by Adam with the gradients that the train graph left.
 *
 * <pre>
 *   host:    learning rate, decays, epsilon
 *                |
 *   device:      +--------> Adam, a task for some parameters
 *                             ^                |
 *   kept:         gradients --+                +--> values, moments
 * </pre>
 *
 * Encoder and decoder have hyper-parameters of their own, since each has been updated as often as
 * it has; those of a block that an update leaves alone say so.
 */
final class UpdateGraph {

  static final String NAME = "update";

  private UpdateGraph() {}

  /**
   * Builds the graph.
   *
   * @param hyper from {@link Adam#hyperParameters}, for each block
   * @param parameters what is updated
   * @param kept what the load graph took to the device
   * @param weightDecay lambda of {@code lambda sum ||W||^2}
   */
  static void build(
      Tasks tasks,
      Map<Block, FloatArray> hyper,
      List<Parameter> parameters,
      List<FloatArray> kept,
      double weightDecay) {
    tasks.graph().consumeFromDevice(kept.toArray());
    tasks
        .graph()
        .consumeFromDevice(parameters.stream().map(parameter -> parameter.gradient).toArray());
    hyper.forEach(
        (block, ofBlock) -> {
          tasks.take(ofBlock);
          List<Parameter> changed =
              parameters.stream().filter(parameter -> parameter.block == block).toList();
          Adam.add(tasks, "adam" + block, ofBlock, changed, weightDecay);
        });
    // A graph needs an output, though what this one changes is fetched through the load graph.
    tasks.graph().transferToHost(DataTransferMode.UNDER_DEMAND, parameters.getFirst().value);
  }
}
