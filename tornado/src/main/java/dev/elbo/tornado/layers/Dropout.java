package dev.elbo.tornado.layers;

import dev.elbo.data.CsrMatrix;
import dev.elbo.random.Noise;
import dev.elbo.tornado.input.PreparedPass;
import java.util.Arrays;
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

  /** Whether stored values of the input are dropped, and not units of a dense layer. */
  private final boolean isSparse;

  private final Extent extent;
  private final FloatArray scale;
  private final FloatArray y;
  private final FloatArray dX;

  private Dropout(String id, int index, double rate, double kept, boolean isSparse, Extent extent) {
    this.id = id;
    this.index = index;
    this.rate = rate;
    this.kept = (float) kept;
    this.isSparse = isSparse;
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
    return new Dropout(
        id, index, rate, 1 / (1 - rate), /* isSparse= */ true, Extent.ofValues(rows));
  }

  /** The same, but what is kept stays as it is. */
  public static Dropout mask(String id, int index, double rate, SparseRows rows) {
    return new Dropout(id, index, rate, 1, /* isSparse= */ true, Extent.ofValues(rows));
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
    return new Dropout(id, index, rate, 1 / (1 - rate), /* isSparse= */ false, extent);
  }

  @Override
  public void draw(PreparedPass prepared) {
    int[] users = prepared.pass().users();
    Noise noise = prepared.pass().noise();
    CsrMatrix x = prepared.read();
    int width = extent.width();
    float[] factors = new float[isSparse ? x.size() : users.length * width];
    if (noise.dropsNothing()) {
      Arrays.fill(factors, 1);
    } else if (isSparse) {
      prepared
          .workers()
          .forEach(
              users.length,
              b -> {
                for (int n = x.indptr()[b]; n < x.indptr()[b + 1]; n++) {
                  factors[n] = noise.keeps(index, users[b], x.indices()[n], rate) ? kept : 0;
                }
              });
    } else {
      prepared
          .workers()
          .forEach(
              users.length,
              b -> {
                boolean[] keeps = new boolean[width];
                noise.keeps(index, users[b], rate, keeps);
                for (int unit = 0; unit < width; unit++) {
                  factors[b * width + unit] = keeps[unit] ? kept : 0;
                }
              });
    }
    prepared.put(factors, scale);
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
