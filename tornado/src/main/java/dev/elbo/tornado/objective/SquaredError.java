package dev.elbo.tornado.objective;

import dev.elbo.tornado.layers.Group;
import dev.elbo.tornado.layers.SparseRows;
import dev.elbo.tornado.layers.Tasks;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The squared error, {@code sum_i (y_bi - r_bi)^2} of each user {@code b}, over the items that the
 * user has or over all items, and its gradient {@code dy_bi = 2 (y_bi - r_bi) / B}. A group shares
 * a user.
 */
public final class SquaredError implements Reconstruction {

  private final boolean observed;
  private final SparseRows rows;
  private final FloatArray share;
  private final FloatArray ofRows;
  private final FloatArray dY;

  /**
   * @param observed whether there is an output where users have an item, and not for each item
   * @param rows what is to be predicted
   * @param share of a row in the loss, {@code 1 / B}, {@code [1]}
   */
  public SquaredError(boolean observed, SparseRows rows, FloatArray share) {
    this.observed = observed;
    this.rows = rows;
    this.share = share;
    this.ofRows = new FloatArray(rows.users());
    this.dY = new FloatArray(observed ? rows.values() : rows.users() * rows.items());
  }

  @Override
  public FloatArray lossAndGradient(Tasks tasks, FloatArray y) {
    tasks.take(share, rows.start, rows.value);
    String task = tasks.id("error", Group.ITEMS, rows.users(), 1);
    if (observed) {
      tasks
          .graph()
          .task(
              task,
              SquaredError::ofPlaces,
              Tasks.CONTEXT,
              rows.size,
              share,
              rows.start,
              rows.value,
              y,
              ofRows,
              dY);
    } else {
      tasks.take(rows.item);
      tasks
          .graph()
          .task(
              task,
              SquaredError::ofItems,
              Tasks.CONTEXT,
              rows.size,
              share,
              rows.start,
              rows.item,
              rows.value,
              y,
              ofRows,
              dY,
              rows.items());
    }
    return dY;
  }

  @Override
  public boolean keepsOutput() {
    return true;
  }

  @Override
  public FloatArray ofRows() {
    return ofRows;
  }

  /**
   * The kernel where there is an output for each of a user's items.
   *
   * @param context one group of {@link Group#ITEMS} items for each user
   * @param size {@link SparseRows#size}
   * @param share {@code 1 / B}, {@code [1]}
   * @param start where each user's values begin, {@code [B + 1]}
   * @param value the ratings, {@code [N]}
   * @param y the outputs, {@code [N]}
   * @param ofRows {@code [B]}. Modified.
   * @param dY {@code [N]}. Modified.
   */
  public static void ofPlaces(
      KernelContext context,
      IntArray size,
      FloatArray share,
      IntArray start,
      FloatArray value,
      FloatArray y,
      FloatArray ofRows,
      FloatArray dY) {
    float[] shared = context.allocateFloatLocalArray(Group.SHARED);
    int local = context.localIdx;
    int b = context.groupIdx;
    if (b < size.get(SparseRows.USERS)) {
      float sum = 0f;
      for (int n = start.get(b) + local; n < start.get(b + 1); n += Group.ITEMS) {
        float error = y.get(n) - value.get(n);
        sum += error * error;
        dY.set(n, 2f * share.get(0) * error);
      }
      float ofRow = Group.sum(context, shared, sum);
      if (local == 0) {
        ofRows.set(b, ofRow);
      }
    }
  }

  /**
   * The kernel where there is one for each item: first as if the user had none of them, then for
   * those that the user has, {@code (y - r)^2 = y^2 + r (r - 2 y)}.
   *
   * @param context one group of {@link Group#ITEMS} items for each user
   * @param size {@link SparseRows#size}
   * @param share {@code 1 / B}, {@code [1]}
   * @param start where each user's values begin, {@code [B + 1]}
   * @param item item of each value, {@code [N]}
   * @param value the ratings, {@code [N]}
   * @param y the outputs, {@code [B, I]}
   * @param ofRows {@code [B]}. Modified.
   * @param dY {@code [B, I]}. Modified.
   * @param items {@code I}
   */
  public static void ofItems(
      KernelContext context,
      IntArray size,
      FloatArray share,
      IntArray start,
      IntArray item,
      FloatArray value,
      FloatArray y,
      FloatArray ofRows,
      FloatArray dY,
      int items) {
    float[] shared = context.allocateFloatLocalArray(Group.SHARED);
    int local = context.localIdx;
    int b = context.groupIdx;
    if (b < size.get(SparseRows.USERS)) {
      int row = b * items;
      float scale = 2f * share.get(0);
      float sum = 0f;
      for (int i = local; i < items; i += Group.ITEMS) {
        float output = y.get(row + i);
        sum += output * output;
        dY.set(row + i, scale * output);
      }
      context.globalBarrier();
      for (int n = start.get(b) + local; n < start.get(b + 1); n += Group.ITEMS) {
        int at = row + item.get(n);
        float rating = value.get(n);
        float output = y.get(at);
        sum += rating * (rating - 2f * output);
        dY.set(at, scale * (output - rating));
      }
      float ofRow = Group.sum(context, shared, sum);
      if (local == 0) {
        ofRows.set(b, ofRow);
      }
    }
  }
}
