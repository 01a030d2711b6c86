package dev.elbo.tornado.objective;

import dev.elbo.tornado.layers.Group;
import dev.elbo.tornado.layers.SparseRows;
import dev.elbo.tornado.layers.Tasks;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The multinomial negative log-likelihood of each row, and its gradient in place of the logits. The
 * rows are users, or their steps, whose items are the next ones.
 */
public final class MultinomialLoss implements Reconstruction {

  private final SparseRows rows;
  private final FloatArray share;
  private final FloatArray ofRows;

  /**
   * @param rows what is to be predicted
   * @param share of a row in the loss, {@code [1]}: {@code 1 / B}, or that of a step
   */
  public MultinomialLoss(SparseRows rows, FloatArray share) {
    this.rows = rows;
    this.share = share;
    this.ofRows = new FloatArray(rows.users());
  }

  /** Overwrites the logits {@code [B, I]}. */
  @Override
  public FloatArray lossAndGradient(Tasks tasks, FloatArray logits) {
    tasks.take(share, rows.start, rows.item);
    tasks
        .graph()
        .task(
            tasks.id("loss", Group.ITEMS, rows.users(), 1),
            MultinomialLoss::lossAndGradient,
            Tasks.CONTEXT,
            rows.size,
            share,
            rows.start,
            rows.item,
            logits,
            ofRows,
            rows.items());
    return logits;
  }

  @Override
  public boolean keepsOutput() {
    return false;
  }

  @Override
  public FloatArray ofRows() {
    return ofRows;
  }

  /**
   * The kernel. A group shares a user's row.
   *
   * @param context one group of {@link Group#ITEMS} items for each row
   * @param size {@link SparseRows#size}
   * @param share of a row in the loss, {@code [1]}
   * @param start where each user's values begin, {@code [B + 1]}
   * @param item item of each value, {@code [N]}
   * @param logits {@code [B, I]}. Modified: {@code (n p - x)} times the share.
   * @param ofRows {@code [B]}. Modified.
   * @param items {@code I}
   */
  public static void lossAndGradient(
      KernelContext context,
      IntArray size,
      FloatArray share,
      IntArray start,
      IntArray item,
      FloatArray logits,
      FloatArray ofRows,
      int items) {
    float[] shared = context.allocateFloatLocalArray(Group.SHARED);
    int local = context.localIdx;
    int b = context.groupIdx;
    // All items of a group do the same here, so each of them meets the same barriers.
    if (b < size.get(SparseRows.USERS)) {
      int row = b * items;
      float max = logits.get(row);
      for (int i = local; i < items; i += Group.ITEMS) {
        max = TornadoMath.max(max, logits.get(row + i));
      }
      max = Group.max(context, shared, max);
      float observed = 0f;
      for (int n = start.get(b) + local; n < start.get(b + 1); n += Group.ITEMS) {
        observed += max - logits.get(row + item.get(n));
      }
      observed = Group.sum(context, shared, observed);
      context.globalBarrier(); // before anybody overwrites a logit that another has read
      float sum = 0f;
      for (int i = local; i < items; i += Group.ITEMS) {
        float e = TornadoMath.exp(logits.get(row + i) - max);
        logits.set(row + i, e); // kept, since a CPU takes longer for another exp than for memory
        sum += e;
      }
      sum = Group.sum(context, shared, sum);
      int count = start.get(b + 1) - start.get(b);
      if (local == 0) {
        ofRows.set(b, observed + count * TornadoMath.log(sum));
      }
      float scale = count * share.get(0) / sum;
      for (int i = local; i < items; i += Group.ITEMS) {
        logits.set(row + i, scale * logits.get(row + i));
      }
      context.globalBarrier();
      for (int n = start.get(b) + local; n < start.get(b + 1); n += Group.ITEMS) {
        int at = row + item.get(n);
        logits.set(at, logits.get(at) - share.get(0));
      }
    }
  }
}
