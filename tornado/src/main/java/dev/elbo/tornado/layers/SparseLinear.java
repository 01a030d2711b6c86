package dev.elbo.tornado.layers;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * {@code Y = X W' + 1 b'} for a sparse {@code X [B, I]}. The weight is stored {@code [I, H]}:
 * forward, a user's output is a sum of rows; backward, the gradient of a row is a sum over the
 * users who have the item.
 */
public final class SparseLinear implements Layer {

  private final String id;
  private final Parameter weight;
  private final Parameter bias;
  private final SparseRows rows;
  private final FloatArray y;
  private FloatArray x;

  /**
   * @param id what tells its tasks from those of other layers
   * @param weight {@code [H, I]}, stored {@code [I, H]}
   * @param bias {@code [H]}
   * @param rows where the batch is
   */
  public SparseLinear(String id, Parameter weight, Parameter bias, SparseRows rows) {
    this.id = id;
    this.weight = weight;
    this.bias = bias;
    this.rows = rows;
    this.y = new FloatArray(rows.users() * weight.out);
  }

  @Override
  public FloatArray forward(Tasks tasks, FloatArray x) {
    this.x = x;
    tasks.take(rows.start, rows.item);
    tasks
        .graph()
        .task(
            "sumRows" + id,
            SparseLinear::sumRows,
            rows.size,
            rows.start,
            rows.item,
            x,
            weight.value,
            bias.value,
            y,
            rows.users(),
            weight.out);
    return y;
  }

  /** Adds the tasks for the parameters' gradients; nothing before this layer has any. */
  @Override
  public FloatArray backward(Tasks tasks, FloatArray dY) {
    backwardWeight(tasks, id, rows, x, dY, weight.out, weight, weight.out);
    Bias.backward(tasks, id, rows, bias, dY);
    return dY;
  }

  /**
   * Adds the task for the gradient of a weight that has a row for each item, {@code [I, H]}: {@code
   * dw_i = sum_{b has i} x_bi dy_b}.
   *
   * @param id what tells its tasks from those of other layers
   * @param rows which users have which items
   * @param x a number for each of their values, {@code [N]}
   * @param dY a vector for each user, {@code [B, stride]}, of which the first {@code H} count
   * @param stride its columns
   * @param weight its gradient is overwritten
   * @param width {@code H}
   */
  public static void backwardWeight(
      Tasks tasks,
      String id,
      SparseRows rows,
      FloatArray x,
      FloatArray dY,
      int stride,
      Parameter weight,
      int width) {
    tasks.take(rows.itemStart, rows.itemUser, rows.itemValue);
    tasks
        .graph()
        .task(
            "dWeight" + id,
            SparseLinear::gradient,
            rows.itemStart,
            rows.itemUser,
            rows.itemValue,
            x,
            dY,
            weight.gradient,
            rows.items(),
            width,
            stride);
  }

  /**
   * The forward kernel.
   *
   * @param size {@link SparseRows#size}
   * @param start where each user's values begin, {@code [B + 1]}
   * @param item item of each value, {@code [N]}
   * @param x the values, {@code [N]}
   * @param weight {@code [I, H]}
   * @param bias {@code [H]}
   * @param y {@code [B, H]}. Modified.
   * @param users most users
   * @param width {@code H}
   */
  public static void sumRows(
      IntArray size,
      IntArray start,
      IntArray item,
      FloatArray x,
      FloatArray weight,
      FloatArray bias,
      FloatArray y,
      int users,
      int width) {
    for (@Parallel int b = 0; b < users; b++) {
      for (@Parallel int h = 0; h < width; h++) {
        if (b < size.get(SparseRows.USERS)) {
          float sum = bias.get(h);
          for (int n = start.get(b); n < start.get(b + 1); n++) {
            sum += x.get(n) * weight.get(item.get(n) * width + h);
          }
          y.set(b * width + h, sum);
        }
      }
    }
  }

  /**
   * The backward kernel. Rows of items that nobody has become 0.
   *
   * @param itemStart where each item's values begin, {@code [I + 1]}
   * @param itemUser user of each value, item by item, {@code [N]}
   * @param itemValue where each value is in {@code x}, {@code [N]}
   * @param x the values, {@code [N]}
   * @param dY {@code [B, stride]}
   * @param dW {@code [I, H]}. Modified.
   * @param items {@code I}
   * @param width {@code H}
   * @param stride distance of two rows of {@code dY}
   */
  public static void gradient(
      IntArray itemStart,
      IntArray itemUser,
      IntArray itemValue,
      FloatArray x,
      FloatArray dY,
      FloatArray dW,
      int items,
      int width,
      int stride) {
    for (@Parallel int i = 0; i < items; i++) {
      for (@Parallel int h = 0; h < width; h++) {
        float sum = 0f;
        for (int n = itemStart.get(i); n < itemStart.get(i + 1); n++) {
          sum += x.get(itemValue.get(n)) * dY.get(itemUser.get(n) * stride + h);
        }
        dW.set(i * width + h, sum);
      }
    }
  }
}
