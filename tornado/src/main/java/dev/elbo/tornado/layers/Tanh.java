package dev.elbo.tornado.layers;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** {@code y = tanh(x)}, and {@code dx = dy (1 - y^2)}. */
public final class Tanh implements Layer {

  private final String id;
  private final Extent extent;
  private final FloatArray y;
  private final FloatArray dX;

  /**
   * @param id what tells its tasks from those of other layers
   * @param extent of its input
   */
  public Tanh(String id, Extent extent) {
    this.id = id;
    this.extent = extent;
    this.y = new FloatArray(extent.length());
    this.dX = new FloatArray(extent.length());
  }

  @Override
  public FloatArray forward(Tasks tasks, FloatArray x) {
    tasks
        .graph()
        .task(
            "tanh" + id,
            Tanh::tanhOf,
            extent.size(),
            x,
            y,
            extent.counted(),
            extent.width(),
            extent.length());
    return y;
  }

  @Override
  public FloatArray backward(Tasks tasks, FloatArray dY) {
    tasks
        .graph()
        .task(
            "dTanh" + id,
            Tanh::gradient,
            extent.size(),
            y,
            dY,
            dX,
            extent.counted(),
            extent.width(),
            extent.length());
    return dX;
  }

  /**
   * The forward kernel.
   *
   * @param size {@link Extent#size}
   * @param x the input
   * @param y the output. Modified.
   * @param counted which entry of {@code size} counts
   * @param width values for each of them
   * @param most most values
   */
  public static void tanhOf(
      IntArray size, FloatArray x, FloatArray y, int counted, int width, int most) {
    for (@Parallel int n = 0; n < most; n++) {
      if (n < size.get(counted) * width) {
        y.set(n, TornadoMath.tanh(x.get(n)));
      }
    }
  }

  /**
   * The backward kernel.
   *
   * @param size {@link Extent#size}
   * @param y the output
   * @param dY gradient with respect to it
   * @param dX gradient with respect to the input. Modified.
   * @param counted which entry of {@code size} counts
   * @param width values for each of them
   * @param most most values
   */
  public static void gradient(
      IntArray size, FloatArray y, FloatArray dY, FloatArray dX, int counted, int width, int most) {
    for (@Parallel int n = 0; n < most; n++) {
      if (n < size.get(counted) * width) {
        dX.set(n, dY.get(n) * (1f - y.get(n) * y.get(n)));
      }
    }
  }
}
