package dev.elbo.tornado.layers;

import dev.elbo.tornado.input.PreparedPass;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * One layer as tasks. Its output lies in an array of its own, {@code [B, width]} row-major, or
 * {@code [N]} for a layer on the sparse input; it may be in several graphs.
 */
public interface Layer {

  /**
   * Adds the tasks that compute the output.
   *
   * @param tasks the graph
   * @param x the input
   * @return the output
   */
  FloatArray forward(Tasks tasks, FloatArray x);

  /**
   * Adds the tasks that compute the gradients of the layer's parameters, and with respect to its
   * input.
   *
   * @param tasks the graph, which has the layer's forward tasks
   * @param dY gradient with respect to the output. Not modified, but for rows beyond the batch.
   * @return gradient with respect to the input
   */
  FloatArray backward(Tasks tasks, FloatArray dY);

  /**
   * Draws the noise of a pass, and puts it where it goes to the device from. Other passes may be on
   * the device meanwhile.
   */
  default void draw(PreparedPass prepared) {}
}
