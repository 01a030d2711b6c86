package dev.elbo.tornado;

import dev.elbo.tornado.layers.Tasks;
import java.util.Arrays;
import java.util.List;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Computes the logits of a batch.
 *
 * <pre>
 *   host:    items, noise                               logits     activations: on demand
 *                |                                         ^              ^
 *   device:      +--> sparse layers --> dense layers ------+--------------+
 *                          ^                 ^
 *   kept:                  +---- values -----+
 * </pre>
 */
final class ScoreGraph {

  static final String NAME = "score";

  private ScoreGraph() {}

  /**
   * Builds the graph.
   *
   * @param computation all layers
   * @param kept what the load graph took to the device
   * @param outputs receives the output of each layer
   * @return the logits
   */
  static FloatArray build(
      Tasks tasks, Computation computation, List<FloatArray> kept, LayerOutputs outputs) {
    tasks.graph().consumeFromDevice(kept.toArray());
    FloatArray logits = computation.forward(tasks, outputs);
    tasks
        .graph()
        .transferToHost(DataTransferMode.EVERY_EXECUTION, logits)
        .transferToHost(
            DataTransferMode.UNDER_DEMAND,
            Arrays.stream(outputs.onDevice()).filter(output -> output != logits).toArray());
    return logits;
  }
}
