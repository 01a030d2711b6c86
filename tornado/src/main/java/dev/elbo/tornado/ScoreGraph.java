package dev.elbo.tornado;

import dev.elbo.tornado.layers.Extent;
import dev.elbo.tornado.layers.Tasks;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
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
   * @param seen is given the output of each layer, and what counts of it
   * @return the logits
   */
  static FloatArray build(
      Tasks tasks,
      Computation computation,
      List<FloatArray> kept,
      BiConsumer<FloatArray, Extent> seen) {
    tasks.graph().consumeFromDevice(kept.toArray());
    List<FloatArray> outputs = new ArrayList<>();
    FloatArray logits =
        computation.forward(
            tasks,
            (output, extent) -> {
              seen.accept(output, extent);
              if (!tasks.taken().contains(output)) {
                outputs.add(output);
              }
            });
    outputs.remove(logits);
    tasks
        .graph()
        .transferToHost(DataTransferMode.EVERY_EXECUTION, logits)
        .transferToHost(DataTransferMode.UNDER_DEMAND, outputs.toArray());
    return logits;
  }
}
