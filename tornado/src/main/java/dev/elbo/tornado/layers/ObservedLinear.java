package dev.elbo.tornado.layers;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * {@code y_bi = b_i + u_b + w_i . x_b} at the places {@code (b, i)} where user {@code b} has item
 * {@code i}, {@code [N]}; without a loss, all of them, {@code [B, I]}. The last column of the input
 * is {@code u_b}, if it has one more than the weight.
 *
 * <pre>
 * dw_i = sum_{b has i} dy_bi x_b       db_i = sum_{b has i} dy_bi
 * dx_b = sum_{i in row b} dy_bi w_i    du_b = sum_{i in row b} dy_bi
 * </pre>
 */
public final class ObservedLinear implements Layer {

  private final String id;
  private final Parameter weight;
  private final Parameter bias;

  /** Columns of the input: one more than the weight's, if there is a bias of each user's own. */
  private final int stride;

  private final SparseRows rows;
  private final FloatArray y;
  private final FloatArray dX;
  private FloatArray x;

  /**
   * @param id what tells its tasks from those of other layers
   * @param weight {@code [I, H]}
   * @param bias {@code [I]}
   * @param userBias whether the input has one more column, a bias of each user's own
   * @param rows the places
   */
  public ObservedLinear(
      String id, Parameter weight, Parameter bias, boolean userBias, SparseRows rows) {
    this.id = id;
    this.weight = weight;
    this.bias = bias;
    this.stride = userBias ? weight.in + 1 : weight.in;
    this.rows = rows;
    this.y = new FloatArray(rows.values());
    this.dX = new FloatArray(rows.users() * stride);
  }

  @Override
  public FloatArray forward(Tasks tasks, FloatArray x) {
    return tasks.hasLoss() ? atPlaces(tasks, x) : all(tasks, x);
  }

  private FloatArray atPlaces(Tasks tasks, FloatArray x) {
    this.x = x;
    tasks.take(rows.user, rows.item);
    tasks
        .graph()
        .task(
            "places" + id,
            ObservedLinear::outputs,
            rows.size,
            rows.user,
            rows.item,
            x,
            weight.value,
            bias.value,
            y,
            weight.in,
            stride,
            rows.values());
    return y;
  }

  private FloatArray all(Tasks tasks, FloatArray x) {
    FloatArray scores = new FloatArray(rows.users() * weight.out);
    if (stride == weight.in) {
      tasks.products().forward(tasks, id, rows, x, weight, bias, scores);
      return scores;
    }
    FloatArray ofItems = new FloatArray(rows.users() * weight.in);
    tasks
        .graph()
        .task(
            "columns" + id,
            Columns::copy,
            rows.size,
            x,
            ofItems,
            stride,
            0,
            weight.in,
            0,
            weight.in,
            rows.users());
    tasks.products().forward(tasks, id, rows, ofItems, weight, bias, scores);
    tasks
        .graph()
        .task(
            "userBias" + id,
            ObservedLinear::addUserBias,
            rows.size,
            x,
            scores,
            weight.out,
            stride,
            rows.users());
    return scores;
  }

  @Override
  public FloatArray backward(Tasks tasks, FloatArray dY) {
    tasks.take(rows.start);
    tasks
        .graph()
        .task(
            "dPlaces" + id,
            ObservedLinear::inputGradient,
            rows.size,
            rows.start,
            rows.item,
            dY,
            weight.value,
            dX,
            weight.in,
            stride,
            rows.users());
    SparseLinear.backwardWeight(tasks, id, rows, dY, x, stride, weight, weight.in);
    tasks
        .graph()
        .task(
            "dBias" + id,
            ObservedLinear::biasGradient,
            rows.itemStart,
            rows.itemValue,
            dY,
            bias.gradient,
            rows.items());
    return dX;
  }

  /**
   * The forward kernel.
   *
   * @param size {@link SparseRows#size}
   * @param user user of each value, {@code [N]}
   * @param item item of each value, {@code [N]}
   * @param x {@code [B, stride]}
   * @param weight {@code [I, H]}
   * @param bias {@code [I]}
   * @param y {@code [N]}. Modified.
   * @param width {@code H}
   * @param stride {@code H}, or one more for the users' biases
   * @param values most values
   */
  public static void outputs(
      IntArray size,
      IntArray user,
      IntArray item,
      FloatArray x,
      FloatArray weight,
      FloatArray bias,
      FloatArray y,
      int width,
      int stride,
      int values) {
    for (@Parallel int n = 0; n < values; n++) {
      if (n < size.get(SparseRows.VALUES)) {
        int i = item.get(n);
        int row = user.get(n) * stride;
        float sum = bias.get(i);
        for (int h = 0; h < width; h++) {
          sum += weight.get(i * width + h) * x.get(row + h);
        }
        for (int h = width; h < stride; h++) {
          sum += x.get(row + h);
        }
        y.set(n, sum);
      }
    }
  }

  /**
   * The kernel that adds to each score its user's bias, the last column of the input.
   *
   * @param size {@link SparseRows#size}
   * @param x {@code [B, stride]}
   * @param scores {@code [B, I]}. Modified.
   * @param items {@code I}
   * @param stride columns of the input
   * @param users most users
   */
  public static void addUserBias(
      IntArray size, FloatArray x, FloatArray scores, int items, int stride, int users) {
    for (@Parallel int b = 0; b < users; b++) {
      for (@Parallel int i = 0; i < items; i++) {
        if (b < size.get(SparseRows.USERS)) {
          int at = b * items + i;
          scores.set(at, scores.get(at) + x.get(b * stride + stride - 1));
        }
      }
    }
  }

  /**
   * The kernel of the input's gradient.
   *
   * @param size {@link SparseRows#size}
   * @param start where each user's values begin, {@code [B + 1]}
   * @param item item of each value, {@code [N]}
   * @param dY {@code [N]}
   * @param weight {@code [I, H]}
   * @param dX {@code [B, stride]}. Modified.
   * @param width {@code H}
   * @param stride {@code H}, or one more for the users' biases
   * @param users most users
   */
  public static void inputGradient(
      IntArray size,
      IntArray start,
      IntArray item,
      FloatArray dY,
      FloatArray weight,
      FloatArray dX,
      int width,
      int stride,
      int users) {
    for (@Parallel int b = 0; b < users; b++) {
      for (@Parallel int h = 0; h < stride; h++) {
        if (b < size.get(SparseRows.USERS)) {
          float sum = 0f;
          for (int n = start.get(b); n < start.get(b + 1); n++) {
            float w = 1f; // of the user's bias
            if (h < width) {
              w = weight.get(item.get(n) * width + h);
            }
            sum += dY.get(n) * w;
          }
          dX.set(b * stride + h, sum);
        }
      }
    }
  }

  /**
   * The kernel of the bias's gradient, an item at a time.
   *
   * @param itemStart where each item's values begin, {@code [I + 1]}
   * @param itemValue where each value is in {@code dY}, {@code [N]}
   * @param dY {@code [N]}
   * @param dBias {@code [I]}. Modified.
   * @param items {@code I}
   */
  public static void biasGradient(
      IntArray itemStart, IntArray itemValue, FloatArray dY, FloatArray dBias, int items) {
    for (@Parallel int i = 0; i < items; i++) {
      float sum = 0f;
      for (int n = itemStart.get(i); n < itemStart.get(i + 1); n++) {
        sum += dY.get(itemValue.get(n));
      }
      dBias.set(i, sum);
    }
  }
}
