package dev.elbo.tornado;

import dev.elbo.tornado.layers.Tasks;
import java.util.List;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Takes parameters and moments to the device, where the other graphs find them.
 *
 * <pre>
 *   host:    values, moments               values, moments: on demand
 *                  |                                ^
 *   device:        +------------> kept -------------+
 * </pre>
 *
 * It is a graph of its own because an array that goes to the device once never goes there again.
 */
final class LoadGraph {

  static final String NAME = "load";

  private LoadGraph() {}

  /**
   * Builds the graph.
   *
   * @param kept all that stays on the device
   */
  static void build(Tasks tasks, List<FloatArray> kept) {
    IntArray loaded = new IntArray(1);
    tasks.take(kept.toArray());
    tasks
        .graph()
        .task("mark", LoadGraph::mark, loaded, 1)
        .transferToHost(DataTransferMode.UNDER_DEMAND, kept.toArray())
        .transferToHost(DataTransferMode.EVERY_EXECUTION, loaded);
  }

  /** A graph needs a task, though this one is to move data only. */
  static void mark(IntArray loaded, int size) {
    for (@Parallel int n = 0; n < size; n++) {
      loaded.set(n, 1);
    }
  }
}
