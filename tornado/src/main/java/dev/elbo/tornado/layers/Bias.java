package dev.elbo.tornado.layers;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The bias of an affine layer. Forward, {@link Gemm} starts its sums from it. */
public final class Bias {

  private Bias() {}

  /**
   * Adds the task for {@code Y += 1 b'}.
   *
   * @param id what tells its tasks from those of other layers
   * @param rows where the batch is
   * @param y {@code [B, out]}. Modified.
   */
  public static void forward(
      Tasks tasks, String id, SparseRows rows, Parameter bias, FloatArray y) {
    tasks
        .graph()
        .task("bias" + id, Bias::addTo, rows.size, bias.value, y, bias.size(), rows.users());
  }

  /**
   * Adds the task for {@code db = dY' 1}.
   *
   * @param id what tells its tasks from those of other layers
   * @param bias its gradient is overwritten
   * @param dY {@code [B, out]}
   */
  public static void backward(
      Tasks tasks, String id, SparseRows rows, Parameter bias, FloatArray dY) {
    tasks.graph().task("dBias" + id, Bias::columnSums, rows.size, dY, bias.gradient, bias.size());
  }

  /**
   * The forward kernel.
   *
   * @param size {@link SparseRows#size}
   * @param bias {@code [columns]}
   * @param y {@code [B, columns]}. Modified.
   * @param columns number of columns
   * @param most most rows
   */
  public static void addTo(IntArray size, FloatArray bias, FloatArray y, int columns, int most) {
    for (@Parallel int b = 0; b < most; b++) {
      for (@Parallel int o = 0; o < columns; o++) {
        if (b < size.get(SparseRows.USERS)) {
          y.set(b * columns + o, y.get(b * columns + o) + bias.get(o));
        }
      }
    }
  }

  /**
   * The backward kernel: each column's sum, row by row.
   *
   * @param size {@link SparseRows#size}
   * @param dY {@code [B, columns]}
   * @param sums {@code [columns]}. Modified.
   * @param columns number of columns
   */
  public static void columnSums(IntArray size, FloatArray dY, FloatArray sums, int columns) {
    for (@Parallel int o = 0; o < columns; o++) {
      float sum = 0f;
      for (int b = 0; b < size.get(SparseRows.USERS); b++) {
        sum += dY.get(b * columns + o);
      }
      sums.set(o, sum);
    }
  }
}
