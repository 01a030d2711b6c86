package dev.elbo.tornado.layers;

import java.util.Optional;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * {@code Y = X W' + 1 b'} for a sparse {@code X [B, I]}. The weight is stored {@code [I, H]}:
 * forward, a user's output is a sum of rows; backward, the gradient of a row is a sum over the
 * users who have the item. So both are one kernel, by user and by item.
 *
 * <p>A user may have thousands of items, and an item all users of the batch, when others have a
 * few: a first task adds up the pieces of long rows, {@link SparseRows#PIECE}, side by side.
 */
public final class SparseLinear implements Activating {

  private final String id;
  private final Parameter weight;
  private final Parameter bias;
  private final SparseRows rows;
  private final FloatArray y;
  private Optional<FloatArray> tanh = Optional.empty();
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
  public void activate(FloatArray other) {
    tanh = Optional.of(other);
  }

  @Override
  public FloatArray forward(Tasks tasks, FloatArray x) {
    this.x = x;
    addSums(
        tasks,
        "sumRows" + id,
        rows.byUser(tasks),
        x,
        weight.value,
        weight.out,
        Optional.of(bias.value),
        y,
        tanh,
        weight.out);
    return y;
  }

  /** Adds the tasks for the parameters' gradients; nothing before this layer has any. */
  @Override
  public FloatArray backward(Tasks tasks, FloatArray dY) {
    SparseRows.Order byItem = rows.byItem(tasks);
    addSums(tasks, "dWeight" + id, byItem, x, dY, weight.out, weight.gradient, weight.out);
    Bias.backward(tasks, id, rows, bias, dY);
    return dY;
  }

  /**
   * Adds the tasks for {@code y_r = sum_{r has c} x_rc m_c}, where rows are users and columns items
   * or the other way round: item by item, that is the gradient of a weight that has a row for each
   * item.
   *
   * @param task their name
   * @param order which rows have which columns
   * @param x a number for each value, user by user, {@code [N]}
   * @param m a vector for each column, {@code [columns, stride]}
   * @param stride its columns
   * @param y {@code [R, width]}. Modified.
   * @param width its columns: fewer than those of {@code m}, or more, which are then as if {@code
   *     m} were 1 there
   */
  static void addSums(
      Tasks tasks,
      String task,
      SparseRows.Order order,
      FloatArray x,
      FloatArray m,
      int stride,
      FloatArray y,
      int width) {
    addSums(tasks, task, order, x, m, stride, Optional.empty(), y, Optional.empty(), width);
  }

  private static void addSums(
      Tasks tasks,
      String task,
      SparseRows.Order order,
      FloatArray x,
      FloatArray m,
      int stride,
      Optional<FloatArray> bias,
      FloatArray y,
      Optional<FloatArray> tanh,
      int width) {
    int pieces = order.piece().getSize();
    FloatArray ofPieces = new FloatArray(pieces * width);
    tasks
        .graph()
        .task(
            task + "Pieces",
            SparseLinear::sumPieces,
            order.start(),
            order.column(),
            order.value(),
            order.piece(),
            x,
            m,
            ofPieces,
            stride,
            width,
            pieces,
            Tasks.whole(pieces * width))
        .task(
            task,
            SparseLinear::sumRows,
            order.start(),
            order.column(),
            order.value(),
            x,
            m,
            bias.orElse(m),
            ofPieces,
            y,
            tasks.orNone(tanh),
            stride,
            width,
            bias.isPresent() ? 1 : 0,
            tanh.isPresent() ? 1 : 0,
            order.rows(),
            Tasks.whole(order.rows() * width));
  }

  /**
   * The kernel of the pieces of long rows.
   *
   * @param start where each row's values begin, {@code [R + 1]}
   * @param column column of each value, {@code [N]}
   * @param value where each value is in {@code x}, {@code [N]}
   * @param piece row whose piece begins among each {@link SparseRows#PIECE} values, or -1
   * @param x the values, {@code [N]}
   * @param m {@code [columns, stride]}
   * @param ofPieces a sum for each piece, {@code [pieces, width]}. Modified.
   * @param stride columns of {@code m}
   * @param width columns of a sum
   * @param pieces how many there may be
   * @param bound of the loop
   */
  public static void sumPieces(
      IntArray start,
      IntArray column,
      IntArray value,
      IntArray piece,
      FloatArray x,
      FloatArray m,
      FloatArray ofPieces,
      int stride,
      int width,
      int pieces,
      int bound) {
    for (@Parallel int n = 0; n < bound; n++) {
      int p = n / width;
      if (p < pieces) {
        int r = piece.get(p);
        if (r >= 0) {
          int first = start.get(r) + (p - start.get(r) / SparseRows.PIECE) * SparseRows.PIECE;
          int end = Math.min(first + SparseRows.PIECE, start.get(r + 1));
          ofPieces.set(n, sum(column, value, x, m, stride, n % width, first, end));
        }
      }
    }
  }

  /**
   * The kernel of the rows: what a row has before its first piece, and its pieces. Rows without
   * values become 0, or the bias.
   *
   * @param start where each row's values begin, {@code [R + 1]}
   * @param column column of each value, {@code [N]}
   * @param value where each value is in {@code x}, {@code [N]}
   * @param x the values, {@code [N]}
   * @param m {@code [columns, stride]}
   * @param bias {@code [width]}, where sums start from if {@code biased} is 1
   * @param ofPieces a sum for each piece, {@code [pieces, width]}
   * @param y {@code [R, width]}. Modified.
   * @param active {@code [R, width]}: takes {@code tanh(y)} if {@code activates} is 1. Modified.
   * @param stride columns of {@code m}
   * @param width columns of {@code y}
   * @param biased 1 or 0
   * @param activates 1 or 0
   * @param rows {@code R}
   * @param bound of the loop
   */
  public static void sumRows(
      IntArray start,
      IntArray column,
      IntArray value,
      FloatArray x,
      FloatArray m,
      FloatArray bias,
      FloatArray ofPieces,
      FloatArray y,
      FloatArray active,
      int stride,
      int width,
      int biased,
      int activates,
      int rows,
      int bound) {
    for (@Parallel int n = 0; n < bound; n++) {
      int r = n / width;
      if (r < rows) {
        int h = n % width;
        int first = start.get(r);
        int end = start.get(r + 1);
        float sum = 0f;
        if (biased == 1) {
          sum = bias.get(h);
        }
        sum += sum(column, value, x, m, stride, h, first, Math.min(first + SparseRows.PIECE, end));
        int at = first / SparseRows.PIECE * width + h;
        for (int from = first + SparseRows.PIECE; from < end; from += SparseRows.PIECE) {
          at += width;
          sum += ofPieces.get(at);
        }
        y.set(n, sum);
        if (activates == 1) {
          active.set(n, TornadoMath.tanh(sum));
        }
      }
    }
  }

  /** The sum over some values; beyond the columns of {@code m}, as if it were 1 there. */
  private static float sum(
      IntArray column,
      IntArray value,
      FloatArray x,
      FloatArray m,
      int stride,
      int h,
      int from,
      int to) {
    float sum = 0f;
    for (int n = from; n < to; n++) {
      float factor = 1f;
      if (h < stride) {
        factor = m.get(column.get(n) * stride + h);
      }
      sum += x.get(value.get(n)) * factor;
    }
    return sum;
  }
}
