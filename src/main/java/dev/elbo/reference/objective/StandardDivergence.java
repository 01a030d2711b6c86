package dev.elbo.reference.objective;

import org.ejml.data.DMatrixRMaj;

/**
 * The divergence of {@code N(mu, exp(lv))} from {@code N(0, 1)}, in closed form (Kingma and Welling
 * 2014, appendix B):
 *
 * <pre>
 * KL = sum_k (mu^2 + exp(lv) - 1 - lv) / 2         dKL/dmu = mu     dKL/dlv = (exp(lv) - 1) / 2
 * </pre>
 */
public final class StandardDivergence implements Divergence {

  private DMatrixRMaj x;

  @Override
  public double[] forward(DMatrixRMaj x, DMatrixRMaj z, DMatrixRMaj epsilon, double[] share) {
    this.x = x;
    int latent = z.numCols;
    double[] divergence = new double[x.numRows];
    for (int b = 0; b < x.numRows; b++) {
      for (int k = 0; k < latent; k++) {
        double mu = x.get(b, k);
        double lv = x.get(b, latent + k);
        divergence[b] += share[b] * (mu * mu + Math.exp(lv) - 1 - lv) / 2;
      }
    }
    return divergence;
  }

  @Override
  public void backward(double[] weight, DMatrixRMaj dZ, DMatrixRMaj dX) {
    int latent = dZ.numCols;
    for (int b = 0; b < dZ.numRows; b++) {
      for (int k = 0; k < latent; k++) {
        dX.add(b, k, weight[b] * x.get(b, k));
        dX.add(b, latent + k, weight[b] * (Math.exp(x.get(b, latent + k)) - 1) / 2);
      }
    }
  }
}
