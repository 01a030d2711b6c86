package dev.elbo.tornado;

import dev.elbo.tornado.layers.Layer;
import dev.elbo.tornado.layers.SparseRows;
import dev.elbo.tornado.layers.Tasks;
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
   * @param rows where the batch is
   * @param layers all layers but the loss
   * @param kept what the load graph took to the device
   * @return the output of each layer, the logits last
   */
  static List<FloatArray> build(
      Tasks tasks, SparseRows rows, List<Layer> layers, List<FloatArray> kept) {
    TrainGraph.transferBatch(tasks, rows, layers, kept);
    List<FloatArray> outputs = TrainGraph.forward(tasks, rows, layers);
    tasks
        .graph()
        .transferToHost(DataTransferMode.EVERY_EXECUTION, outputs.getLast())
        .transferToHost(
            DataTransferMode.UNDER_DEMAND, outputs.subList(0, outputs.size() - 1).toArray());
    return outputs;
  }
}
