package dev.elbo.tornado.layers;

import java.util.Optional;
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

  /** Whether the layer before it computes it. */
  private final boolean isComputed;

  /**
   * @param id what tells its tasks from those of other layers
   * @param extent of its input
   * @param before the layer before it, which is to compute it if it can
   */
  public Tanh(String id, Extent extent, Optional<Layer> before) {
    this.id = id;
    this.extent = extent;
    this.y = new FloatArray(extent.length());
    this.dX = new FloatArray(extent.length());
    if (before.orElse(null) instanceof Activating layer) {
      layer.activate(y);
      isComputed = true;
    } else {
      isComputed = false;
    }
  }

  @Override
  public FloatArray forward(Tasks tasks, FloatArray x) {
    return isComputed ? y : extent.map(tasks, "tanh" + id, Tanh::tanhOf, x, y);
  }

  @Override
  public FloatArray backward(Tasks tasks, FloatArray dY) {
    return extent.map(tasks, "dTanh" + id, Tanh::gradient, y, dY, dX);
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
  public static void tanhOf(
      IntArray size, FloatArray x, FloatArray y, int counted, int width, int bound) {
    for (@Parallel int n = 0; n < bound; n++) {
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
   * @param bound of the loop
   */
  public static void gradient(
      IntArray size,
      FloatArray y,
      FloatArray dY,
      FloatArray dX,
      int counted,
      int width,
      int bound) {
    for (@Parallel int n = 0; n < bound; n++) {
      if (n < size.get(counted) * width) {
        dX.set(n, dY.get(n) * (1f - y.get(n) * y.get(n)));
      }
    }
  }
}
