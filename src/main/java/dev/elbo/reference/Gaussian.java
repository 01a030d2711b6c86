package dev.elbo.reference;

import dev.elbo.engine.Pass;
import dev.elbo.model.LayerSpec;
import org.ejml.data.DMatrixRMaj;

/**
 * The stochastic layer: from {@code X = [mu, lv] [B, 2K]}, mean and log-variance, to a sample
 * {@code Z [B, K]} of {@code N(mu, exp(lv))}.
 *
 * <p>The sample is written as a function of noise that does not depend on the parameters (Kingma
 * and Welling 2014, section 2.4), so that gradients pass through it:
 *
 * <pre>
 * z = mu + eps * exp(lv / 2)          dz/dmu = 1      dz/dlv = eps * exp(lv / 2) / 2
 * </pre>
 *
 * The layer adds {@code beta * KL} to the loss, the divergence of {@code N(mu, exp(lv))} from
 * {@code N(0, 1)} (their appendix B), summed over latent units and averaged over the {@code B}
 * users:
 *
 * <pre>
 * KL = 1/B sum_bk (mu^2 + exp(lv) - 1 - lv) / 2
 * dKL/dmu = mu / B                    dKL/dlv = (exp(lv) - 1) / (2 B)
 * </pre>
 *
 * Both ways lead from the loss to {@code mu} and {@code lv}, so the gradients add:
 *
 * <pre>
 * dmu = dz                          + beta mu / B
 * dlv = dz * eps * exp(lv / 2) / 2  + beta (exp(lv) - 1) / (2 B)
 * </pre>
 *
 * In scoring there is no noise, and {@code z = mu}. Where the rows are the steps of users, each
 * step has its own divergence, and a user's is their sum or, if asked for, their mean: {@code 1/B}
 * stands for the share of a row. With {@code logDeviation}, {@code exp(lv)} stands for {@code
 * exp(lv / 2)} in the sample: {@code dlv = dz * eps * exp(lv) + ...}.
 */
public final class Gaussian implements Layer<DMatrixRMaj, DMatrixRMaj> {

  public final int index;
  public final int latent;
  private final boolean meanOverSteps;

  /** The deviation is {@code exp(exponent * lv)}: 1/2, or 1. */
  private final double exponent;

  /** The input, {@code [B, 2K]}. */
  public DMatrixRMaj x;

  /** The noise, {@code [B, K]}. */
  public DMatrixRMaj epsilon;

  /** The divergence: summed over units, mean over users. */
  public double kl;

  /** Weight of the divergence in the last pass. */
  public double beta;

  /** Share of each row in the divergence, {@code [B]}: {@code 1/B} where the rows are users. */
  private double[] share;

  /**
   * @param index position of the layer in the model: the key of its draws
   * @param spec what it computes
   */
  public Gaussian(int index, LayerSpec.Gaussian spec) {
    this.index = index;
    latent = spec.latent();
    meanOverSteps = spec.meanOverSteps();
    exponent = spec.logDeviation() ? 1 : 0.5;
  }

  /**
   * @param index position of the layer in the model: the key of its draws
   * @param latent latent units, {@code K}
   */
  public Gaussian(int index, int latent) {
    this(index, new LayerSpec.Gaussian(latent));
  }

  @Override
  public DMatrixRMaj forward(DMatrixRMaj x, Pass pass) {
    this.x = x;
    beta = pass.beta();
    epsilon = new DMatrixRMaj(x.numRows, latent);
    kl = 0;
    DMatrixRMaj z = new DMatrixRMaj(x.numRows, latent);
    double[] draws = new double[latent];
    share = new double[x.numRows];
    for (int b = 0; b < x.numRows; b++) {
      share[b] = pass.share(b, meanOverSteps);
      pass.epsilon(index, b, draws);
      for (int k = 0; k < latent; k++) {
        double mu = x.get(b, k);
        double lv = x.get(b, latent + k);
        epsilon.set(b, k, draws[k]);
        z.set(
            b,
            k,
            draws[k] == 0 ? mu : mu + draws[k] * Math.exp(exponent * lv)); // 0 * infinity is NaN
        kl += share[b] * (mu * mu + Math.exp(lv) - 1 - lv) / 2;
      }
    }
    return z;
  }

  @Override
  public DMatrixRMaj backward(DMatrixRMaj dZ) {
    DMatrixRMaj dX = new DMatrixRMaj(x.numRows, 2 * latent);
    for (int b = 0; b < x.numRows; b++) {
      for (int k = 0; k < latent; k++) {
        double mu = x.get(b, k);
        double lv = x.get(b, latent + k);
        double dz = dZ.get(b, k);
        double dMu = dz + beta * share[b] * mu;
        double dLv =
            dz * epsilon.get(b, k) * exponent * Math.exp(exponent * lv)
                + beta * share[b] * (Math.exp(lv) - 1) / 2;
        dX.set(b, k, dMu);
        dX.set(b, latent + k, dLv);
      }
    }
    return dX;
  }
}
