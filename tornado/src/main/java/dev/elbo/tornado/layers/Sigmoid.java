package dev.elbo.tornado.layers;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * {@code y = low + (high - low) / (1 + exp(-x))}, and {@code dx = dy (y - low) (high - y) / (high -
 * low)}. After an {@link ObservedLinear} its input has one extent with a loss, and another without.
 */
public final class Sigmoid implements Layer {

  private final String id;
  private final Extent trained;
  private final Extent scored;
  private final float low;
  private final float high;
  private final FloatArray y;
  private final FloatArray scores;
  private final FloatArray dX;

  /**
   * @param id what tells its tasks from those of other layers
   * @param trained extent of its input where there is a loss
   * @param scored where there is none
   * @param low the limit far below 0
   * @param high the limit far above 0
   */
  public Sigmoid(String id, Extent trained, Extent scored, double low, double high) {
    this.id = id;
    this.trained = trained;
    this.scored = scored;
    this.low = (float) low;
    this.high = (float) high;
    this.y = new FloatArray(trained.length());
    this.scores = scored.equals(trained) ? y : new FloatArray(scored.length());
    this.dX = new FloatArray(trained.length());
  }

  @Override
  public FloatArray forward(Tasks tasks, FloatArray x) {
    Extent extent = tasks.hasLoss() ? trained : scored;
    FloatArray output = tasks.hasLoss() ? y : scores;
    tasks
        .graph()
        .task(
            "sigmoid" + id,
            Sigmoid::logistic,
            extent.size(),
            x,
            output,
            low,
            high,
            extent.counted(),
            extent.width(),
            extent.bound());
    return output;
  }

  @Override
  public FloatArray backward(Tasks tasks, FloatArray dY) {
    tasks
        .graph()
        .task(
            "dSigmoid" + id,
            Sigmoid::gradient,
            trained.size(),
            y,
            dY,
            dX,
            low,
            high,
            trained.counted(),
            trained.width(),
            trained.bound());
    return dX;
  }

  /**
   * The forward kernel.
   *
   * @param size {@link Extent#size}
   * @param x the input
   * @param y the output. Modified.
   * @param low the limit far below 0
   * @param high the limit far above 0
   * @param counted which entry of {@code size} counts
   * @param width values for each of them
   * @param bound of the loop
   */
  public static void logistic(
      IntArray size,
      FloatArray x,
      FloatArray y,
      float low,
      float high,
      int counted,
      int width,
      int bound) {
    for (@Parallel int n = 0; n < bound; n++) {
      if (n < size.get(counted) * width) {
        y.set(n, low + (high - low) / (1f + TornadoMath.exp(-x.get(n))));
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
   * @param low the limit far below 0
   * @param high the limit far above 0
   * @param counted which entry of {@code size} counts
   * @param width values for each of them
   * @param bound of the loop
   */
  public static void gradient(
      IntArray size,
      FloatArray y,
      FloatArray dY,
      FloatArray dX,
      float low,
      float high,
      int counted,
      int width,
      int bound) {
    for (@Parallel int n = 0; n < bound; n++) {
      if (n < size.get(counted) * width) {
        dX.set(n, dY.get(n) * (y.get(n) - low) * (high - y.get(n)) / (high - low));
      }
    }
  }
}
