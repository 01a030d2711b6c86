package dev.elbo.reference.objective;

import dev.elbo.engine.Pass;
import dev.elbo.model.LayerSpec;
import dev.elbo.reference.layers.Layer;
import java.util.Arrays;
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
 * The layer adds the divergence of what it draws from to the loss, times a weight: {@link
 * StandardDivergence} or {@link CompositeDivergence}. Both ways lead from the loss to {@code mu}
 * and {@code lv}, so the gradients add. Of the first, with the weight {@code beta / B} for each of
 * the {@code B} users:
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
public class Gaussian implements Layer<DMatrixRMaj, DMatrixRMaj> {

  public final int index;
  public final int latent;
  private final boolean meanOverSteps;

  /** The deviation is {@code exp(exponent * lv)}: 1/2, or 1. */
  private final double exponent;

  /** The input, {@code [B, 2K]}. */
  public DMatrixRMaj x;

  /** The noise, {@code [B, K]}. */
  public DMatrixRMaj epsilon;

  private final Divergence divergence;

  /** The divergence: summed over units, mean over users. */
  public double kl;

  /** The same with each user's weight. */
  public double weightedKl;

  /** Weight of each row's divergence, {@code [B]}, with its share: {@code beta / B}. */
  public double[] weight;

  /**
   * @param index position of the layer in the model: the key of its draws
   * @param spec what it computes
   * @param divergence from its prior
   */
  public Gaussian(int index, LayerSpec.Gaussian spec, Divergence divergence) {
    this.index = index;
    this.divergence = divergence;
    latent = spec.latent();
    meanOverSteps = spec.meanOverSteps();
    exponent = spec.logDeviation() ? 1 : 0.5;
  }

  /**
   * A layer whose prior is the standard normal.
   *
   * @param index position of the layer in the model: the key of its draws
   * @param latent latent units, {@code K}
   */
  public Gaussian(int index, int latent) {
    this(index, new LayerSpec.Gaussian(latent), new StandardDivergence());
  }

  /**
   * A layer whose prior is a mixture.
   *
   * @param index position of the layer in the model: the key of its draws
   * @param prior its divergence
   * @param latent latent units, {@code K}
   */
  public Gaussian(int index, CompositeDivergence prior, int latent) {
    this(index, new LayerSpec.Gaussian(latent), prior);
  }

  /** The same layer, for one that differs from it in a formula. */
  protected Gaussian(Gaussian right) {
    index = right.index;
    divergence = right.divergence;
    latent = right.latent;
    meanOverSteps = right.meanOverSteps;
    exponent = right.exponent;
  }

  /** Whether its prior is the standard normal, and {@code lv} the logarithm of a variance. */
  public boolean isStandard() {
    return divergence instanceof StandardDivergence && exponent == 0.5;
  }

  /** The deviation of a sample: {@code exp(lv / 2)}. */
  protected double deviation(double lv) {
    return Math.exp(exponent * lv);
  }

  /** Its derivative. */
  protected double slope(double lv) {
    return exponent * Math.exp(exponent * lv);
  }

  /** The share of a row in the divergence. */
  protected double share(Pass pass, int row) {
    return pass.share(row, meanOverSteps);
  }

  @Override
  public DMatrixRMaj forward(DMatrixRMaj x, Pass pass) {
    this.x = x;
    epsilon = new DMatrixRMaj(x.numRows, latent);
    DMatrixRMaj z = new DMatrixRMaj(x.numRows, latent);
    double[] draws = new double[latent];
    for (int b = 0; b < x.numRows; b++) {
      pass.epsilon(index, b, draws);
      for (int k = 0; k < latent; k++) {
        double mu = x.get(b, k);
        double lv = x.get(b, latent + k);
        epsilon.set(b, k, draws[k]);
        z.set(b, k, draws[k] == 0 ? mu : mu + draws[k] * deviation(lv)); // 0 * infinity is NaN
      }
    }
    if (pass.hasLoss()) {
      diverge(z, pass);
    }
    return z;
  }

  private void diverge(DMatrixRMaj z, Pass pass) {
    double[] share = new double[x.numRows];
    Arrays.setAll(share, b -> share(pass, b));
    double[] ofRows = divergence.forward(x, z, epsilon, share);
    weight = new double[x.numRows];
    kl = 0;
    weightedKl = 0;
    for (int b = 0; b < x.numRows; b++) {
      weight[b] = pass.klWeight(b) * share[b];
      kl += ofRows[b];
      weightedKl += pass.klWeight(b) * ofRows[b];
    }
    if (!pass.klWeight().perItem()) {
      weightedKl = pass.klWeight().value() * kl;
    }
  }

  @Override
  public DMatrixRMaj backward(DMatrixRMaj dZ) {
    DMatrixRMaj dSample = dZ.copy();
    DMatrixRMaj dX = new DMatrixRMaj(x.numRows, 2 * latent);
    divergence.backward(weight, dSample, dX);
    for (int b = 0; b < x.numRows; b++) {
      for (int k = 0; k < latent; k++) {
        double lv = x.get(b, latent + k);
        double dz = dSample.get(b, k);
        dX.add(b, k, dz);
        dX.add(b, latent + k, dz * epsilon.get(b, k) * slope(lv));
      }
    }
    return dX;
  }
}
