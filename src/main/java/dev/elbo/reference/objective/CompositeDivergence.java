package dev.elbo.reference.objective;

import dev.elbo.model.Objective.Composite;
import org.ejml.data.DMatrixRMaj;

/**
 * The divergence of {@code q = N(mu, exp(lv))} from the mixture of RecVAE (Shenbin et al. 2020,
 * equations 5 and 6), estimated at the one {@code z} that was drawn:
 *
 * <pre>
 * KL  = sum_k log q(z_k) - log p(z_k),            z = mu + eps exp(lv / 2)
 * p   = sum_j w_j N(m_j, v_j)                     j: standard normal, old posterior, wide normal
 * log N(z; m, v) = -(log(2 pi) + log v + (z - m)^2 / v) / 2
 * </pre>
 *
 * <p><b>The posterior.</b> {@code (z - mu)^2 / exp(lv) = eps^2}, whatever mean and variance are, so
 * that {@code log q(z) = -(log(2 pi) + lv + eps^2) / 2} along the path of {@code z}: nothing for
 * {@code mu}, and {@code -1/2} for {@code lv}.
 *
 * <p><b>The prior.</b> With the responsibilities {@code r_j = w_j N_j(z) / p(z)},
 *
 * <pre>
 * d(-log p)/dz = sum_j r_j (z - m_j) / v_j
 * </pre>
 *
 * which goes on to {@code mu} and {@code lv} through {@code z}, with what the decoder hands back:
 * whoever forgets that way has no gradient of the prior at all. The old posterior is a constant:
 * its encoder gets no gradient.
 */
public final class CompositeDivergence implements Divergence {

  private static final double LOG_2_PI = Math.log(2 * Math.PI);

  public final Composite prior;
  public final int latent;

  /** Mean and log-variance of the old posterior, {@code [B, 2K]}; set before each pass. */
  public DMatrixRMaj old;

  /** {@code d(-log p)/dz} of the last pass, {@code [B, K]}. */
  public DMatrixRMaj slope;

  /**
   * @param prior the weights
   * @param latent latent units, {@code K}
   */
  public CompositeDivergence(Composite prior, int latent) {
    this.prior = prior;
    this.latent = latent;
  }

  @Override
  public double[] forward(DMatrixRMaj x, DMatrixRMaj z, DMatrixRMaj epsilon, double[] share) {
    double[] divergence = new double[x.numRows];
    slope = new DMatrixRMaj(x.numRows, latent);
    for (int b = 0; b < x.numRows; b++) {
      for (int k = 0; k < latent; k++) {
        double eps = epsilon.get(b, k);
        double logQ = -(LOG_2_PI + x.get(b, latent + k) + eps * eps) / 2;
        divergence[b] += share[b] * (logQ - logPrior(b, k, z.get(b, k)));
      }
    }
    return divergence;
  }

  /** {@code log p(z)} by log-sum-exp; notes the slope on the way. */
  private double logPrior(int b, int k, double z) {
    double[] weight = {prior.standard(), prior.old(), prior.wide()};
    double[] mean = {0, old.get(b, k), 0};
    double[] logVariance = {0, old.get(b, latent + k), prior.wideLogVariance()};
    double[] logDensity = new double[weight.length];
    double max = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < weight.length; j++) {
      double distance = z - mean[j];
      logDensity[j] =
          Math.log(weight[j])
              - (LOG_2_PI + logVariance[j] + distance * distance / Math.exp(logVariance[j])) / 2;
      max = Math.max(max, logDensity[j]);
    }
    double sum = 0;
    double drift = 0;
    for (int j = 0; j < weight.length; j++) {
      double density = Math.exp(logDensity[j] - max);
      sum += density;
      drift += density * (z - mean[j]) / Math.exp(logVariance[j]);
    }
    slope.set(b, k, drift / sum);
    return max + Math.log(sum);
  }

  @Override
  public void backward(double[] weight, DMatrixRMaj dZ, DMatrixRMaj dX) {
    for (int b = 0; b < dZ.numRows; b++) {
      for (int k = 0; k < latent; k++) {
        dZ.add(b, k, weight[b] * slope.get(b, k));
        dX.add(b, latent + k, -weight[b] / 2);
      }
    }
  }
}
