package dev.elbo.tornado.layers;

import dev.elbo.engine.Pass;
import dev.elbo.random.Noise;
import java.util.stream.IntStream;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Drops values, {@code y = scale x}: what is kept is divided by {@code 1 - rate}, or, by a mask,
 * stays as it is. The factors are drawn on the host: TornadoVM has no unsigned shift, which the
 * generator needs.
 */
public final class Dropout implements Layer {

  private final String id;
  private final int index;
  private final double rate;
  private final float kept;

  /** The rows whose stored values are dropped; null where it is units of a dense layer. */
  private final SparseRows stored;

  private final Extent extent;
  private final FloatArray scale;
  private final FloatArray y;
  private final FloatArray dX;

  private Dropout(
      String id, int index, double rate, double kept, SparseRows stored, Extent extent) {
    this.id = id;
    this.index = index;
    this.rate = rate;
    this.kept = (float) kept;
    this.stored = stored;
    this.extent = extent;
    this.scale = new FloatArray(extent.length());
    this.y = new FloatArray(extent.length());
    this.dX = new FloatArray(extent.length());
  }

  /**
   * On the stored values of the sparse input.
   *
   * @param id what tells its tasks from those of other layers
   * @param index position of the layer in the model: the key of its draws
   * @param rate probability of dropping
   * @param rows where the batch is
   */
  public static Dropout sparse(String id, int index, double rate, SparseRows rows) {
    return new Dropout(id, index, rate, 1 / (1 - rate), rows, Extent.ofValues(rows));
  }

  /** The same, but what is kept stays as it is. */
  public static Dropout mask(String id, int index, double rate, SparseRows rows) {
    return new Dropout(id, index, rate, 1, rows, Extent.ofValues(rows));
  }

  /**
   * On activations {@code [B, width]}.
   *
   * @param id what tells its tasks from those of other layers
   * @param index position of the layer in the model: the key of its draws
   * @param rate probability of dropping
   * @param extent of its input
   */
  public static Dropout dense(String id, int index, double rate, Extent extent) {
    return new Dropout(id, index, rate, 1 / (1 - rate), null, extent);
  }

  @Override
  public void draw(Pass pass) {
    IntStream.range(0, pass.users().length).parallel().forEach(b -> draw(pass, b));
  }

  private void draw(Pass pass, int b) {
    Noise noise = pass.noise();
    float factor = noise.dropsNothing() ? 1 : kept;
    int user = pass.users()[b];
    if (stored == null) {
      int width = extent.width();
      for (int unit = 0; unit < width; unit++) {
        scale.set(b * width + unit, noise.keeps(index, user, unit, rate) ? factor : 0);
      }
    } else {
      for (int n = stored.start.get(b); n < stored.start.get(b + 1); n++) {
        scale.set(n, noise.keeps(index, user, stored.item.get(n), rate) ? factor : 0);
      }
    }
  }

  @Override
  public FloatArray forward(Tasks tasks, FloatArray x) {
    tasks.take(scale);
    return extent.map(tasks, "drop" + id, Dropout::multiply, scale, x, y);
  }

  @Override
  public FloatArray backward(Tasks tasks, FloatArray dY) {
    return extent.map(tasks, "dDrop" + id, Dropout::multiply, scale, dY, dX);
  }

  /**
   * The kernel, {@code y = scale x}.
   *
   * @param size {@link Extent#size}
   * @param scale factors
   * @param x the input
   * @param y the output. Modified.
   * @param counted which entry of {@code size} counts
   * @param width values for each of them
   * @param bound of the loop
   */
  public static void multiply(
      IntArray size,
      FloatArray scale,
      FloatArray x,
      FloatArray y,
      int counted,
      int width,
      int bound) {
    for (@Parallel int n = 0; n < bound; n++) {
      if (n < size.get(counted) * width) {
        y.set(n, scale.get(n) * x.get(n));
      }
    }
  }
}
