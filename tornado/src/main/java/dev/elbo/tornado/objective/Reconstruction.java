package dev.elbo.tornado.objective;

import dev.elbo.tornado.layers.Tasks;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** How a network's output is held against what is to be predicted. */
public interface Reconstruction {

  /**
   * Adds the tasks for the loss of each row and its gradient.
   *
   * @param tasks the graph
   * @param y the network's output; may be modified where {@link #keepsOutput} says so
   * @return gradient with respect to it
   */
  FloatArray lossAndGradient(Tasks tasks, FloatArray y);

  /** Whether the output is still there afterwards, and not the gradient in its place. */
  boolean keepsOutput();

  /** The loss of each row, not yet divided by anything, {@code [B]}. */
  FloatArray ofRows();
}
