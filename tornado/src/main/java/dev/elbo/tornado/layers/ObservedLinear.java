package dev.elbo.tornado.layers;

import java.util.Optional;
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
            Tasks.whole(rows.values()));
    return y;
  }

  private FloatArray all(Tasks tasks, FloatArray x) {
    FloatArray scores = new FloatArray(rows.users() * weight.out);
    if (stride == weight.in) {
      tasks.products().forward(tasks, id, rows, x, weight, bias, scores, Optional.empty());
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
            Tasks.whole(rows.users() * weight.in));
    tasks.products().forward(tasks, id, rows, ofItems, weight, bias, scores, Optional.empty());
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
            Tasks.whole(rows.users() * weight.out));
    return scores;
  }

  @Override
  public FloatArray backward(Tasks tasks, FloatArray dY) {
    int width = weight.in;
    SparseRows.Order byUser = rows.byUser(tasks);
    SparseRows.Order byItem = rows.byItem(tasks);
    SparseLinear.addSums(tasks, "dPlaces" + id, byUser, dY, weight.value, width, dX, stride);
    SparseLinear.addSums(tasks, "dWeight" + id, byItem, dY, x, stride, weight.gradient, width);
    SparseLinear.addSums(tasks, "dBias" + id, byItem, dY, x, 0, bias.gradient, 1);
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
   * @param bound of the loop
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
      int bound) {
    for (@Parallel int n = 0; n < bound; n++) {
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
   * @param bound of the loop
   */
  public static void addUserBias(
      IntArray size, FloatArray x, FloatArray scores, int items, int stride, int bound) {
    for (@Parallel int n = 0; n < bound; n++) {
      int b = n / items;
      if (b < size.get(SparseRows.USERS)) {
        scores.set(n, scores.get(n) + x.get(b * stride + stride - 1));
      }
    }
  }
}
