package dev.elbo.tornado;

import dev.elbo.tornado.layers.Parameter;
import dev.elbo.tornado.layers.Tasks;
import dev.elbo.tornado.objective.WeightDecay;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Computes the loss of a batch and the gradients of all parameters.
 *
 * <pre>
 *   host:    items, noise, weights of the divergence     loss and divergence of rows, squares
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
 * Where the prior remembers an encoder, {@link OldGraph} runs before.
 *
 * <p>The update is a graph of its own, {@link UpdateGraph}: the host looks at the loss before,
 * because a step whose loss is not finite must change nothing, and with the fast arithmetic of most
 * devices a kernel cannot tell what is not finite.
 */
final class TrainGraph {

  static final String NAME = "train";

  /** Where outputs are sampled. */
  static final String SAMPLED = "sampled";

  private TrainGraph() {}

  /**
   * Builds the graph.
   *
   * @param pass adds what the computation does in a pass with a loss
   * @param parameters their gradients are overwritten
   * @param kept what the graphs before left on the device
   * @param weightDecay whether the squares of weights are needed
   * @param outputs receives the output of each layer
   * @return parts of the sum of squares of all weights; none without weight decay
   */
  static List<FloatArray> build(
      Tasks tasks,
      BiConsumer<Tasks, LayerOutputs> pass,
      Collection<Parameter> parameters,
      List<FloatArray> kept,
      boolean weightDecay,
      LayerOutputs outputs) {
    tasks.graph().consumeFromDevice(kept.toArray());
    List<FloatArray> squares = new ArrayList<>();
    if (weightDecay) {
      for (Parameter parameter : parameters) {
        if (parameter.decays()) {
          squares.add(WeightDecay.squares(tasks, squares.size(), parameter));
        }
      }
    }
    pass.accept(tasks, outputs);
    tasks
        .graph()
        .transferToHost(DataTransferMode.EVERY_EXECUTION, squares.toArray())
        .transferToHost(
            DataTransferMode.UNDER_DEMAND,
            parameters.stream().map(parameter -> parameter.gradient).toArray())
        // Few want them.
        .transferToHost(DataTransferMode.UNDER_DEMAND, outputs.onDevice());
    return squares;
  }
}
