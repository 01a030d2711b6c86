package dev.elbo.tornado.layers;

import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.random.Noise;
import java.util.List;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Inverted dropout, {@code y = scale x}. The factors are drawn on the host: TornadoVM has no
 * unsigned shift, which the generator needs.
 */
public final class Dropout implements Layer {

  private final int index;
  private final double rate;
  private final IntArray size;

  /**
   * Values for each unit of {@link #counted}: 1 of the sparse input, or the width of a dense one.
   */
  private final int width;

  /** Which entry of {@link #size} counts. */
  private final int counted;

  private final FloatArray scale;
  private final FloatArray y;
  private final FloatArray dX;

  private Dropout(int index, double rate, IntArray size, int counted, int most, int width) {
    this.index = index;
    this.rate = rate;
    this.size = size;
    this.counted = counted;
    this.width = width;
    this.scale = new FloatArray(most * width);
    this.y = new FloatArray(most * width);
    this.dX = new FloatArray(most * width);
  }

  /**
   * On the stored values of the sparse input.
   *
   * @param index position of the layer in the model: the key of its draws
   * @param rate probability of dropping
   * @param rows where the batch is
   */
  public static Dropout sparse(int index, double rate, SparseRows rows) {
    return new Dropout(index, rate, rows.size, SparseRows.VALUES, rows.values(), 1);
  }

  /**
   * On activations {@code [B, width]}.
   *
   * @param index position of the layer in the model: the key of its draws
   * @param rate probability of dropping
   * @param rows where the batch is
   * @param width units
   */
  public static Dropout dense(int index, double rate, SparseRows rows, int width) {
    return new Dropout(index, rate, rows.size, SparseRows.USERS, rows.users(), width);
  }

  @Override
  public List<FloatArray> noise() {
    return List.of(scale);
  }

  @Override
  public void draw(Batch batch, Noise noise) {
    float kept = noise.dropsNothing() ? 1 : (float) (1 / (1 - rate));
    CsrMatrix items = batch.items();
    for (int b = 0; b < batch.size(); b++) {
      int user = batch.users()[b];
      if (counted == SparseRows.USERS) {
        for (int unit = 0; unit < width; unit++) {
          scale.set(b * width + unit, noise.keeps(index, user, unit, rate) ? kept : 0);
        }
      } else {
        for (int n = items.indptr()[b]; n < items.indptr()[b + 1]; n++) {
          scale.set(n, noise.keeps(index, user, items.indices()[n], rate) ? kept : 0);
        }
      }
    }
  }

  @Override
  public FloatArray forward(Tasks tasks, FloatArray x) {
    scale(tasks, "drop", x, y);
    return y;
  }

  @Override
  public FloatArray backward(Tasks tasks, FloatArray dY) {
    scale(tasks, "dDrop", dY, dX);
    return dX;
  }

  private void scale(Tasks tasks, String task, FloatArray from, FloatArray to) {
    tasks
        .graph()
        .task(
            task + index,
            Dropout::multiply,
            size,
            scale,
            from,
            to,
            counted,
            width,
            scale.getSize());
  }

  /**
   * The kernel, {@code y = scale x}.
   *
   * @param size {@link SparseRows#size}
   * @param scale factors
   * @param x the input
   * @param y the output. Modified.
   * @param counted which entry of {@code size} counts
   * @param width values for each of them
   * @param most most values
   */
  public static void multiply(
      IntArray size,
      FloatArray scale,
      FloatArray x,
      FloatArray y,
      int counted,
      int width,
      int most) {
    for (@Parallel int n = 0; n < most; n++) {
      if (n < size.get(counted) * width) {
        y.set(n, scale.get(n) * x.get(n));
      }
    }
  }
}
