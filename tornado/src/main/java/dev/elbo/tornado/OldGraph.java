package dev.elbo.tornado;

import dev.elbo.tornado.layers.Tasks;
import java.util.List;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Computes what the encoder that the prior remembers gives for a batch.
 *
 * <pre>
 *   host:    items
 *              |
 *   device:    +--> old encoder --> means and log-variances, for the train graph
 *                        ^
 *   kept:                +-- values as they were
 * </pre>
 *
 * It is a graph of its own because one of TornadoVM's has room for so many tasks only.
 */
final class OldGraph {

  static final String NAME = "old";

  private OldGraph() {}

  /**
   * Builds the graph.
   *
   * @param computation all layers
   * @param kept what the load graph took to the device
   * @return what the train graph is to consume
   */
  static FloatArray build(Tasks tasks, Computation computation, List<FloatArray> kept) {
    tasks.graph().consumeFromDevice(kept.toArray());
    FloatArray posterior = computation.old(tasks);
    tasks.graph().transferToHost(DataTransferMode.UNDER_DEMAND, posterior);
    return posterior;
  }
}
