package dev.elbo.tornado.objective;

import dev.elbo.tornado.layers.SparseRows;
import dev.elbo.tornado.layers.Tasks;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The multinomial negative log-likelihood, and its gradient in place of the logits. */
public final class MultinomialLoss {

  /** Work items that share a user's row; a power of two. */
  public static final int GROUP = 128;

  /** The negative log-likelihood of each user, {@code [B]}. */
  public final FloatArray nll;

  private final int index;
  private final SparseRows rows;

  /**
   * @param index position of the layer in the model
   * @param rows where the batch is
   */
  public MultinomialLoss(int index, SparseRows rows) {
    this.index = index;
    this.rows = rows;
    this.nll = new FloatArray(rows.users());
  }

  /**
   * Adds the task.
   *
   * @param logits {@code [B, I]}. Modified: the gradient of the loss with respect to them.
   */
  public void overwrite(Tasks tasks, FloatArray logits) {
    tasks
        .graph()
        .task(
            tasks.id("loss" + index, GROUP, 1, rows.users()),
            MultinomialLoss::lossAndGradient,
            Tasks.CONTEXT,
            rows.size,
            rows.start,
            rows.item,
            logits,
            nll,
            rows.items());
  }

  /**
   * The kernel. A group shares a user's row: the largest logit and the sum of exponentials are
   * folded in local memory, in halves, so that the order of additions is always the same.
   *
   * @param context one group of {@link #GROUP} items for each user
   * @param size {@link SparseRows#size}
   * @param start where each user's values begin, {@code [B + 1]}
   * @param item item of each value, {@code [N]}
   * @param logits {@code [B, I]}. Modified: {@code (n p - x) / B}.
   * @param nll {@code [B]}. Modified.
   * @param items {@code I}
   */
  public static void lossAndGradient(
      KernelContext context,
      IntArray size,
      IntArray start,
      IntArray item,
      FloatArray logits,
      FloatArray nll,
      int items) {
    float[] shared = context.allocateFloatLocalArray(GROUP);
    int local = context.localIdx;
    int b = context.groupIdy;
    int users = size.get(SparseRows.USERS);
    // All items of a group do the same here, so each of them meets the same barriers.
    if (b < users) {
      int row = b * items;
      float max = logits.get(row);
      for (int i = local; i < items; i += GROUP) {
        max = TornadoMath.max(max, logits.get(row + i));
      }
      shared[local] = max;
      context.localBarrier();
      for (int half = GROUP / 2; half > 0; half /= 2) {
        if (local < half) {
          shared[local] = TornadoMath.max(shared[local], shared[local + half]);
        }
        context.localBarrier();
      }
      max = shared[0];
      context.localBarrier();
      float sum = 0f;
      for (int i = local; i < items; i += GROUP) {
        sum += TornadoMath.exp(logits.get(row + i) - max);
      }
      shared[local] = sum;
      context.localBarrier();
      for (int half = GROUP / 2; half > 0; half /= 2) {
        if (local < half) {
          shared[local] += shared[local + half];
        }
        context.localBarrier();
      }
      float logSum = max + TornadoMath.log(shared[0]);
      context.localBarrier();
      float observed = 0f;
      for (int n = start.get(b) + local; n < start.get(b + 1); n += GROUP) {
        observed += logSum - logits.get(row + item.get(n));
      }
      shared[local] = observed;
      context.localBarrier();
      for (int half = GROUP / 2; half > 0; half /= 2) {
        if (local < half) {
          shared[local] += shared[local + half];
        }
        context.localBarrier();
      }
      if (local == 0) {
        nll.set(b, shared[0]);
      }
      float share = 1f / users;
      float scale = (start.get(b + 1) - start.get(b)) * share;
      for (int i = local; i < items; i += GROUP) {
        logits.set(row + i, scale * TornadoMath.exp(logits.get(row + i) - logSum));
      }
      context.globalBarrier();
      for (int n = start.get(b) + local; n < start.get(b + 1); n += GROUP) {
        int at = row + item.get(n);
        logits.set(at, logits.get(at) - share);
      }
    }
  }
}
