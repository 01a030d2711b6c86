package dev.elbo.tornado.input;

import dev.elbo.tornado.layers.Layer;
import dev.elbo.tornado.layers.SparseRows;
import dev.elbo.tornado.layers.Tasks;
import uk.ac.manchester.tornado.api.annotations.Parallel;
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
        .task("normalize" + id, L2Normalize::unitLength, rows.size, rows.start, x, y, rows.users());
    return y;
  }

  @Override
  public FloatArray backward(Tasks tasks, FloatArray dY) {
    throw new UnsupportedOperationException("nothing before this layer has parameters");
  }

  /**
   * The kernel, a user at a time.
   *
   * @param size {@link SparseRows#size}
   * @param start where each user's values begin, {@code [B + 1]}
   * @param x {@code [N]}
   * @param y {@code [N]}. Modified.
   * @param users most users
   */
  public static void unitLength(
      IntArray size, IntArray start, FloatArray x, FloatArray y, int users) {
    for (@Parallel int b = 0; b < users; b++) {
      if (b < size.get(SparseRows.USERS)) {
        float squares = 0f;
        for (int n = start.get(b); n < start.get(b + 1); n++) {
          squares += x.get(n) * x.get(n);
        }
        float norm = TornadoMath.sqrt(squares);
        for (int n = start.get(b); n < start.get(b + 1); n++) {
          y.set(n, squares > 0f ? x.get(n) / norm : 0f);
        }
      }
    }
  }
}
