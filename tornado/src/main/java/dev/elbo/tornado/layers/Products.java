package dev.elbo.tornado.layers;

import java.util.Optional;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * What computes the matrix products of dense layers, as tasks of a graph. Rows beyond the batch of
 * what a product gives may hold anything, and so may those of what it takes.
 */
public interface Products {

  /**
   * Adds the tasks for {@code Y = X W^T + 1 b^T}.
   *
   * @param tasks the graph
   * @param id what tells them from those of other layers
   * @param rows where the batch is
   * @param x {@code [B, in]}
   * @param weight {@code [out, in]}
   * @param bias {@code [out]}
   * @param y {@code [B, out]}. Overwritten.
   * @param tanh what takes {@code tanh(Y)}, if that is wanted: a task less than by itself.
   *     Overwritten.
   */
  void forward(
      Tasks tasks,
      String id,
      SparseRows rows,
      FloatArray x,
      Parameter weight,
      Parameter bias,
      FloatArray y,
      Optional<FloatArray> tanh);

  /**
   * Adds the tasks for {@code dX = dY W}.
   *
   * @param tasks the graph
   * @param id what tells them from those of other layers
   * @param rows where the batch is
   * @param dY {@code [B, out]}
   * @param weight {@code [out, in]}
   * @param dX {@code [B, in]}. Overwritten.
   */
  void backwardInput(
      Tasks tasks, String id, SparseRows rows, FloatArray dY, Parameter weight, FloatArray dX);

  /**
   * Adds the tasks for {@code dW = dY^T X}.
   *
   * @param tasks the graph
   * @param id what tells them from those of other layers
   * @param rows where the batch is
   * @param dY {@code [B, out]}; its rows beyond the batch may be overwritten
   * @param x {@code [B, in]}; its rows beyond the batch may be overwritten
   * @param weight its gradient is overwritten
   */
  void backwardWeight(
      Tasks tasks, String id, SparseRows rows, FloatArray dY, FloatArray x, Parameter weight);
}
