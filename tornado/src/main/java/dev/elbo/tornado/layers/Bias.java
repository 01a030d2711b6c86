package dev.elbo.tornado.layers;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The bias of an affine layer; forward, the products start from it. */
public final class Bias {

  private Bias() {}

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
   * The kernel: each column's sum, row by row.
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
