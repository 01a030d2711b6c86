package dev.elbo.tornado.objective;

import dev.elbo.model.Objective.Composite;
import dev.elbo.tornado.layers.Group;
import dev.elbo.tornado.layers.SparseRows;
import dev.elbo.tornado.layers.Tasks;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The divergence from the mixture of RecVAE at the one {@code z} that was drawn, {@code sum_k log
 * q(z_k) - log p(z_k)} with {@code p = sum_j w_j N(m_j, v_j)}; derived at {@link
 * dev.elbo.reference.objective.CompositeDivergence}. Along the path of {@code z} the posterior
 * gives {@code -1/2} to {@code lv}; the prior gives {@code sum_j r_j (z - m_j) / v_j} to {@code z},
 * with {@code r_j = w_j N_j(z) / p(z)}.
 */
public final class CompositeDivergence {

  private static final float LOG_2_PI = (float) Math.log(2 * Math.PI);

  private final Composite prior;
  private final int latent;
  private final SparseRows rows;

  /** {@code d(-log p)/dz}, {@code [B, K]}. */
  private final FloatArray slope;

  /** Mean and log-variance of the old posterior, {@code [B, 2K]}. */
  private FloatArray old;

  /**
   * @param prior the weights
   * @param latent latent units, {@code K}
   * @param rows whose rows these are
   */
  public CompositeDivergence(Composite prior, int latent, SparseRows rows) {
    this.prior = prior;
    this.latent = latent;
    this.rows = rows;
    this.slope = new FloatArray(rows.users() * latent);
  }

  /** Takes what the old encoder gives in the same graph. */
  public void setOld(FloatArray old) {
    this.old = old;
  }

  /** Adds the task that overwrites {@code kl}. */
  void forward(
      Tasks tasks, String id, FloatArray x, FloatArray z, FloatArray epsilon, FloatArray kl) {
    tasks
        .graph()
        .task(
            tasks.id("diverge" + id, Group.ITEMS, rows.users(), 1),
            CompositeDivergence::ofRows,
            Tasks.CONTEXT,
            rows.size,
            x,
            z,
            epsilon,
            old,
            kl,
            slope,
            latent,
            (float) Math.log(prior.standard()),
            (float) Math.log(prior.old()),
            (float) Math.log(prior.wide()),
            (float) prior.wideLogVariance());
  }

  /** Adds the task for the gradient of means and log-variances. */
  void backward(
      Tasks tasks,
      String id,
      FloatArray weight,
      FloatArray x,
      FloatArray epsilon,
      float exponent,
      FloatArray dZ,
      FloatArray dX) {
    tasks
        .graph()
        .task(
            "dSample" + id,
            CompositeDivergence::gradient,
            rows.size,
            weight,
            x,
            epsilon,
            slope,
            dZ,
            dX,
            latent,
            exponent,
            Tasks.whole(rows.users() * latent));
  }

  /**
   * The forward kernel: the mixture by log-sum-exp.
   *
   * @param context one group of {@link Group#ITEMS} items for each row
   * @param size {@link SparseRows#size}
   * @param x means and log-variances, {@code [B, 2K]}
   * @param z what was drawn, {@code [B, K]}
   * @param epsilon the noise, {@code [B, K]}
   * @param old means and log-variances of the old posterior, {@code [B, 2K]}
   * @param kl {@code [B]}. Modified.
   * @param slope {@code d(-log p)/dz [B, K]}. Modified.
   * @param latent {@code K}
   * @param logStandard logarithm of the standard normal's weight
   * @param logOld of the old posterior's
   * @param logWide of the wide normal's
   * @param wideLogVariance logarithm of the wide normal's variance
   */
  public static void ofRows(
      KernelContext context,
      IntArray size,
      FloatArray x,
      FloatArray z,
      FloatArray epsilon,
      FloatArray old,
      FloatArray kl,
      FloatArray slope,
      int latent,
      float logStandard,
      float logOld,
      float logWide,
      float wideLogVariance) {
    float[] shared = context.allocateFloatLocalArray(Group.SHARED);
    int local = context.localIdx;
    int b = context.groupIdx;
    if (b < size.get(SparseRows.USERS)) {
      float sum = 0f;
      for (int k = local; k < latent; k += Group.ITEMS) {
        int at = b * latent + k;
        float value = z.get(at);
        float oldLv = old.get(b * 2 * latent + latent + k);
        float fromOld = value - old.get(b * 2 * latent + k);
        float driftOld = fromOld * TornadoMath.exp(-oldLv);
        float driftWide = value * TornadoMath.exp(-wideLogVariance);
        float standard = logStandard - 0.5f * (LOG_2_PI + value * value);
        float remembered = logOld - 0.5f * (LOG_2_PI + oldLv + fromOld * driftOld);
        float wide = logWide - 0.5f * (LOG_2_PI + wideLogVariance + value * driftWide);
        float max = TornadoMath.max(standard, TornadoMath.max(remembered, wide));
        float pStandard = TornadoMath.exp(standard - max);
        float pOld = TornadoMath.exp(remembered - max);
        float pWide = TornadoMath.exp(wide - max);
        float p = pStandard + pOld + pWide;
        slope.set(at, (pStandard * value + pOld * driftOld + pWide * driftWide) / p);
        float lv = x.get(b * 2 * latent + latent + k);
        float eps = epsilon.get(at);
        sum += -0.5f * (LOG_2_PI + lv + eps * eps) - (max + TornadoMath.log(p));
      }
      float ofRow = Group.sum(context, shared, sum);
      if (local == 0) {
        kl.set(b, ofRow);
      }
    }
  }

  /**
   * The backward kernel.
   *
   * @param size {@link SparseRows#size}
   * @param weight of each row's divergence, {@code [B]}
   * @param x means and log-variances, {@code [B, 2K]}
   * @param epsilon the noise, {@code [B, K]}
   * @param slope {@code d(-log p)/dz [B, K]}
   * @param dZ {@code [B, K]}
   * @param dX {@code [B, 2K]}. Modified.
   * @param latent {@code K}
   * @param exponent of the deviation, {@code exp(exponent lv)}
   * @param bound of the loop
   */
  public static void gradient(
      IntArray size,
      FloatArray weight,
      FloatArray x,
      FloatArray epsilon,
      FloatArray slope,
      FloatArray dZ,
      FloatArray dX,
      int latent,
      float exponent,
      int bound) {
    for (@Parallel int n = 0; n < bound; n++) {
      int b = n / latent;
      int k = n % latent;
      if (b < size.get(SparseRows.USERS)) {
        int at = b * latent + k;
        float lv = x.get(b * 2 * latent + latent + k);
        float dz = dZ.get(at) + weight.get(b) * slope.get(at);
        dX.set(b * 2 * latent + k, dz);
        dX.set(
            b * 2 * latent + latent + k,
            dz * epsilon.get(at) * exponent * TornadoMath.exp(exponent * lv)
                - 0.5f * weight.get(b));
      }
    }
  }
}
