package dev.elbo.tornado;

import dev.elbo.tornado.layers.Parameter;
import dev.elbo.tornado.layers.Tasks;
import java.util.List;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * One update by Adam with the gradients that the train graph left.
 *
 * <pre>
 *   host:    learning rate, decays, epsilon
 *                |
 *   device:      +--------> Adam, a task for each parameter
 *                             ^                |
 *   kept:         gradients --+                +--> values, moments
 * </pre>
 */
final class UpdateGraph {

  static final String NAME = "update";

  private UpdateGraph() {}

  /**
   * Builds the graph.
   *
   * @param hyper from {@link Adam#hyperParameters}
   * @param parameters what is updated
   * @param kept what the load graph took to the device
   * @param weightDecay lambda of {@code lambda sum ||W||^2}
   */
  static void build(
      Tasks tasks,
      FloatArray hyper,
      List<Parameter> parameters,
      List<FloatArray> kept,
      double weightDecay) {
    tasks
        .graph()
        .consumeFromDevice(kept.toArray())
        .consumeFromDevice(parameters.stream().map(parameter -> parameter.gradient).toArray())
        .transferToDevice(DataTransferMode.EVERY_EXECUTION, hyper);
    for (int n = 0; n < parameters.size(); n++) {
      Parameter parameter = parameters.get(n);
      tasks
          .graph()
          .task(
              "adam" + n,
              Adam::update,
              hyper,
              parameter.gradient,
              parameter.m,
              parameter.v,
              parameter.value,
              parameter.decays() ? (float) (2 * weightDecay) : 0f,
              parameter.size());
    }
    // A graph needs an output, though what this one changes is fetched through the load graph.
    tasks.graph().transferToHost(DataTransferMode.UNDER_DEMAND, parameters.getFirst().value);
  }
}
