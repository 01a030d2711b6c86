package dev.elbo.fast;

import static dev.elbo.fast.VectorMath.SPECIES;

import dev.elbo.engine.Pass;
import dev.elbo.model.LayerSpec;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * The stochastic layer: {@code [mu, lv] [B, 2K]} to {@code z = mu + eps exp(lv / 2) [B, K]}; the
 * gradients are derived at {@link dev.elbo.reference}'s Gaussian.
 */
final class Gaussian implements Layer {

  private final int index;
  private final int latent;
  private final boolean meanOverSteps;

  /** The deviation is {@code exp(exponent * lv)}: 1/2, or 1. */
  private final float exponent;

  private final Workers workers;
  private final Buffer sample = new Buffer();
  private final Buffer noise = new Buffer();
  private final Buffer dInput = new Buffer();
  private Matrix x;
  private Matrix epsilon;
  private double[] kl = {};

  /** Share of each row in the divergence, {@code [B]}, times beta. */
  private float[] share = {};

  /**
   * @param index position of the layer in the model: the key of its draws
   * @param spec what it computes
   * @param workers threads to use
   */
  Gaussian(int index, LayerSpec.Gaussian spec, Workers workers) {
    this.index = index;
    this.latent = spec.latent();
    this.meanOverSteps = spec.meanOverSteps();
    this.exponent = spec.logDeviation() ? 1 : 0.5f;
    this.workers = workers;
  }

  /** The divergence of the last forward pass: summed over units, mean over users. */
  double kl() {
    double sum = 0;
    for (double ofUser : kl) {
      sum += ofUser;
    }
    return sum;
  }

  @Override
  public Matrix forward(Matrix x, Pass pass) {
    this.x = x;
    epsilon = noise.matrix(x.rows(), latent);
    kl = new double[x.rows()];
    share = new float[x.rows()];
    Matrix z = sample.matrix(x.rows(), latent);
    workers.forEach(x.rows(), b -> forward(b, z, pass));
    return z;
  }

  private void forward(int b, Matrix z, Pass pass) {
    double[] draws = new double[latent];
    pass.epsilon(index, b, draws);
    double ofRow = pass.share(b, meanOverSteps);
    share[b] = (float) (pass.beta() * ofRow);
    for (int k = 0; k < latent; k++) {
      epsilon.data()[epsilon.at(b, k)] = (float) draws[k];
    }
    float[] divergence = new float[latent];
    for (int k = 0; k < latent; k += SPECIES.length()) {
      VectorMask<Float> mask = SPECIES.indexInRange(k, latent);
      FloatVector mu = load(x, b, k, mask);
      FloatVector lv = load(x, b, latent + k, mask);
      FloatVector sigma = VectorMath.exp(lv.mul(exponent));
      FloatVector eps = load(epsilon, b, k, mask);
      eps.fma(sigma, mu)
          .blend(mu, eps.eq(0)) // 0 * infinity is NaN
          .intoArray(z.data(), z.at(b, k), mask);
      mu.fma(mu, VectorMath.expMinusLinear(lv)).mul(0.5f).intoArray(divergence, k, mask);
    }
    double sum = 0;
    for (float ofUnit : divergence) {
      sum += ofUnit;
    }
    kl[b] = ofRow * sum;
  }

  @Override
  public Matrix backward(Matrix dZ, GradientSink sink) {
    Matrix dX = dInput.matrix(x.rows(), 2 * latent);
    workers.forEach(
        x.rows(),
        b -> {
          for (int k = 0; k < latent; k += SPECIES.length()) {
            VectorMask<Float> mask = SPECIES.indexInRange(k, latent);
            FloatVector mu = load(x, b, k, mask);
            FloatVector lv = load(x, b, latent + k, mask);
            FloatVector dz = load(dZ, b, k, mask);
            FloatVector dMu = mu.fma(FloatVector.broadcast(SPECIES, share[b]), dz);
            FloatVector throughSample =
                dz.mul(load(epsilon, b, k, mask))
                    .mul(VectorMath.exp(lv.mul(exponent)))
                    .mul(exponent);
            FloatVector dLv =
                VectorMath.exp(lv)
                    .sub(1)
                    .fma(FloatVector.broadcast(SPECIES, share[b] / 2), throughSample);
            dMu.intoArray(dX.data(), dX.at(b, k), mask);
            dLv.intoArray(dX.data(), dX.at(b, latent + k), mask);
          }
        });
    return dX;
  }

  private static FloatVector load(Matrix matrix, int row, int column, VectorMask<Float> mask) {
    return FloatVector.fromArray(SPECIES, matrix.data(), matrix.at(row, column), mask);
  }
}
