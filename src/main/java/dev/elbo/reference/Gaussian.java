package dev.elbo.reference;

import dev.elbo.engine.Pass;
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
 * In scoring there is no noise, and {@code z = mu}.
 */
public final class Gaussian implements Layer<DMatrixRMaj, DMatrixRMaj> {

  public final int index;
  public final int latent;

  /** The input, {@code [B, 2K]}. */
  public DMatrixRMaj x;

  /** The noise, {@code [B, K]}. */
  public DMatrixRMaj epsilon;

  /** The divergence: summed over units, mean over users. */
  public double kl;

  /** Weight of the divergence in the last pass. */
  public double beta;

  /**
   * @param index position of the layer in the model: the key of its draws
   * @param latent latent units, {@code K}
   */
  public Gaussian(int index, int latent) {
    this.index = index;
    this.latent = latent;
  }

  @Override
  public DMatrixRMaj forward(DMatrixRMaj x, Pass pass) {
    this.x = x;
    beta = pass.beta();
    epsilon = new DMatrixRMaj(x.numRows, latent);
    kl = 0;
    DMatrixRMaj z = new DMatrixRMaj(x.numRows, latent);
    double[] draws = new double[latent];
    for (int b = 0; b < x.numRows; b++) {
      pass.noise().epsilon(index, pass.users()[b], draws);
      for (int k = 0; k < latent; k++) {
        double mu = x.get(b, k);
        double lv = x.get(b, latent + k);
        epsilon.set(b, k, draws[k]);
        z.set(b, k, draws[k] == 0 ? mu : mu + draws[k] * Math.exp(lv / 2)); // 0 * infinity is NaN
        kl += (mu * mu + Math.exp(lv) - 1 - lv) / 2;
      }
    }
    kl /= x.numRows;
    return z;
  }

  @Override
  public DMatrixRMaj backward(DMatrixRMaj dZ) {
    int users = x.numRows;
    DMatrixRMaj dX = new DMatrixRMaj(users, 2 * latent);
    for (int b = 0; b < users; b++) {
      for (int k = 0; k < latent; k++) {
        double mu = x.get(b, k);
        double lv = x.get(b, latent + k);
        double dz = dZ.get(b, k);
        double dMu = dz + beta * mu / users;
        double dLv =
            dz * epsilon.get(b, k) * Math.exp(lv / 2) / 2 + beta * (Math.exp(lv) - 1) / (2 * users);
        dX.set(b, k, dMu);
        dX.set(b, latent + k, dLv);
      }
    }
    return dX;
  }
}
