package dev.elbo.tornado.layers;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * {@code y = x s(x)} with {@code s(x) = 1 / (1 + exp(-x))}, and {@code dx = dy (s + x s (1 - s))}.
 */
public final class Swish implements Layer {

  private final String id;
  private final Extent extent;
  private final FloatArray y;
  private final FloatArray dX;
  private FloatArray x;

  /**
   * @param id what tells its tasks from those of other layers
   * @param extent of its input
   */
  public Swish(String id, Extent extent) {
    this.id = id;
    this.extent = extent;
    this.y = new FloatArray(extent.length());
    this.dX = new FloatArray(extent.length());
  }

  @Override
  public FloatArray forward(Tasks tasks, FloatArray x) {
    this.x = x;
    return extent.map(tasks, "swish" + id, Swish::swishOf, x, y);
  }

  @Override
  public FloatArray backward(Tasks tasks, FloatArray dY) {
    return extent.map(tasks, "dSwish" + id, Swish::gradient, x, dY, dX);
  }

  /**
   * The forward kernel.
   *
   * @param size {@link Extent#size}
   * @param x the input
   * @param y the output. Modified.
   * @param counted which entry of {@code size} counts
   * @param width values for each of them
   * @param bound of the loop
   */
  public static void swishOf(
      IntArray size, FloatArray x, FloatArray y, int counted, int width, int bound) {
    for (@Parallel int n = 0; n < bound; n++) {
      if (n < size.get(counted) * width) {
        y.set(n, x.get(n) / (1f + TornadoMath.exp(-x.get(n))));
      }
    }
  }

  /**
   * The backward kernel.
   *
   * @param size {@link Extent#size}
   * @param x the input
   * @param dY gradient with respect to the output
   * @param dX gradient with respect to the input. Modified.
   * @param counted which entry of {@code size} counts
   * @param width values for each of them
   * @param bound of the loop
   */
  public static void gradient(
      IntArray size,
      FloatArray x,
      FloatArray dY,
      FloatArray dX,
      int counted,
      int width,
      int bound) {
    for (@Parallel int n = 0; n < bound; n++) {
      if (n < size.get(counted) * width) {
        float s = 1f / (1f + TornadoMath.exp(-x.get(n)));
        dX.set(n, dY.get(n) * (s + x.get(n) * s * (1f - s)));
      }
    }
  }
}
