package dev.elbo.tornado.input;

import dev.elbo.tornado.layers.Group;
import dev.elbo.tornado.layers.Layer;
import dev.elbo.tornado.layers.SparseRows;
import dev.elbo.tornado.layers.Tasks;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** {@code y = x / ||x||} for each user's row of the sparse input. */
public final class L2Normalize implements Layer {

  private final String id;
  private final SparseRows rows;
  private final FloatArray y;

  /**
   * @param id what tells its tasks from those of other layers
   * @param rows where the batch is
   */
  public L2Normalize(String id, SparseRows rows) {
    this.id = id;
    this.rows = rows;
    this.y = new FloatArray(rows.values());
  }

  @Override
  public FloatArray forward(Tasks tasks, FloatArray x) {
    tasks.take(rows.start);
    tasks
        .graph()
        .task(
            tasks.id("normalize" + id, Group.ITEMS, rows.users(), 1),
            L2Normalize::unitLength,
            Tasks.CONTEXT,
            rows.size,
            rows.start,
            x,
            y);
    return y;
  }

  @Override
  public FloatArray backward(Tasks tasks, FloatArray dY) {
    throw new UnsupportedOperationException("nothing before this layer has parameters");
  }

  /**
   * The kernel.
   *
   * @param context one group of {@link Group#ITEMS} items for each user
   * @param size {@link SparseRows#size}
   * @param start where each user's values begin, {@code [B + 1]}
   * @param x {@code [N]}
   * @param y {@code [N]}. Modified.
   */
  public static void unitLength(
      KernelContext context, IntArray size, IntArray start, FloatArray x, FloatArray y) {
    float[] shared = context.allocateFloatLocalArray(Group.SHARED);
    int local = context.localIdx;
    int b = context.groupIdx;
    if (b < size.get(SparseRows.USERS)) {
      float sum = 0f;
      for (int n = start.get(b) + local; n < start.get(b + 1); n += Group.ITEMS) {
        sum += x.get(n) * x.get(n);
      }
      float squares = Group.sum(context, shared, sum);
      float inverse = 0f;
      if (squares > 0f) {
        inverse = 1f / TornadoMath.sqrt(squares);
      }
      for (int n = start.get(b) + local; n < start.get(b + 1); n += Group.ITEMS) {
        y.set(n, x.get(n) * inverse);
      }
    }
  }
}
