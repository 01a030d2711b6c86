package dev.elbo.tornado;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** {@code y = tanh(x)}, and {@code dx = dy (1 - y^2)}. */
final class Tanh implements Layer {

  private final int index;
  private final IntArray size;
  private final int width;
  private final FloatArray y;
  private final FloatArray dX;

  /**
   * @param index position of the layer in the model
   * @param rows where the batch is
   * @param width units
   */
  Tanh(int index, SparseRows rows, int width) {
    this.index = index;
    this.size = rows.size;
    this.width = width;
    this.y = new FloatArray(rows.users() * width);
    this.dX = new FloatArray(rows.users() * width);
  }

  @Override
  public FloatArray forward(Tasks tasks, FloatArray x) {
    tasks.graph().task("tanh" + index, Tanh::tanhOf, size, x, y, width, y.getSize());
    return y;
  }

  @Override
  public FloatArray backward(Tasks tasks, FloatArray dY) {
    tasks.graph().task("dTanh" + index, Tanh::gradient, size, y, dY, dX, width, y.getSize());
    return dX;
  }

  /**
   * The forward kernel.
   *
   * @param size {@link SparseRows#size}
   * @param x {@code [B, width]}
   * @param y {@code [B, width]}. Modified.
   * @param width units
   * @param most most values
   */
  static void tanhOf(IntArray size, FloatArray x, FloatArray y, int width, int most) {
    for (@Parallel int n = 0; n < most; n++) {
      if (n < size.get(SparseRows.USERS) * width) {
        y.set(n, TornadoMath.tanh(x.get(n)));
      }
    }
  }

  /**
   * The backward kernel.
   *
   * @param size {@link SparseRows#size}
   * @param y the output, {@code [B, width]}
   * @param dY {@code [B, width]}
   * @param dX {@code [B, width]}. Modified.
   * @param width units
   * @param most most values
   */
  static void gradient(
      IntArray size, FloatArray y, FloatArray dY, FloatArray dX, int width, int most) {
    for (@Parallel int n = 0; n < most; n++) {
      if (n < size.get(SparseRows.USERS) * width) {
        dX.set(n, dY.get(n) * (1f - y.get(n) * y.get(n)));
      }
    }
  }
}
