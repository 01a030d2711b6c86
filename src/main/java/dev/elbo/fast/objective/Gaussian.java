package dev.elbo.fast.objective;

import static dev.elbo.linalg.VectorMath.SPECIES;

import dev.elbo.engine.Pass;
import dev.elbo.fast.layers.GradientSink;
import dev.elbo.fast.layers.Layer;
import dev.elbo.linalg.Buffer;
import dev.elbo.linalg.Matrix;
import dev.elbo.linalg.VectorMath;
import dev.elbo.linalg.Workers;
import dev.elbo.model.LayerSpec;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * The stochastic layer: {@code [mu, lv] [B, 2K]} to {@code z = mu + eps exp(lv / 2) [B, K]}; the
 * gradients are derived at {@link dev.elbo.reference}'s Gaussian.
 */
public final class Gaussian implements Layer {

  private final int index;
  private final int latent;
  private final boolean meanOverSteps;

  /** The deviation is {@code exp(exponent * lv)}: 1/2, or 1. */
  private final float exponent;

  private final Divergence divergence;
  private final Workers workers;
  private final Buffer sample = new Buffer();
  private final Buffer noise = new Buffer();
  private final Buffer dInput = new Buffer();
  private Matrix x;
  private Matrix epsilon;
  private double kl;
  private double weightedKl;

  /** Weight of each row's divergence, its share in the mean over users included, {@code [B]}. */
  private float[] weight = {};

  /**
   * @param index position of the layer in the model: the key of its draws
   * @param spec what it computes
   * @param divergence from its prior
   * @param workers threads to use
   */
  public Gaussian(int index, LayerSpec.Gaussian spec, Divergence divergence, Workers workers) {
    this.index = index;
    this.latent = spec.latent();
    this.meanOverSteps = spec.meanOverSteps();
    this.exponent = spec.logDeviation() ? 1 : 0.5f;
    this.divergence = divergence;
    this.workers = workers;
  }

  /** The divergence of the last forward pass: summed over units, mean over users. */
  public double kl() {
    return kl;
  }

  /** The same with each user's weight. */
  public double weightedKl() {
    return weightedKl;
  }

  @Override
  public Matrix forward(Matrix x, Pass pass) {
    this.x = x;
    epsilon = noise.matrix(x.rows(), latent);
    Matrix z = sample.matrix(x.rows(), latent);
    workers.forEach(x.rows(), b -> draw(b, z, pass));
    if (pass.hasLoss()) {
      diverge(z, pass);
    }
    return z;
  }

  private void diverge(Matrix z, Pass pass) {
    double[] ofRows = divergence.forward(x, z, epsilon);
    weight = new float[x.rows()];
    kl = 0;
    weightedKl = 0;
    for (int b = 0; b < x.rows(); b++) {
      double share = pass.share(b, meanOverSteps);
      weight[b] = (float) (pass.klWeight(b) * share);
      kl += share * ofRows[b];
      weightedKl += pass.klWeight(b) * share * ofRows[b];
    }
    if (!pass.klWeight().perItem()) {
      weightedKl = pass.klWeight().value() * kl;
    }
  }

  private void draw(int b, Matrix z, Pass pass) {
    double[] draws = new double[latent];
    pass.epsilon(index, b, draws);
    for (int k = 0; k < latent; k++) {
      epsilon.data()[epsilon.at(b, k)] = (float) draws[k];
    }
    for (int k = 0; k < latent; k += SPECIES.length()) {
      VectorMask<Float> mask = SPECIES.indexInRange(k, latent);
      FloatVector mu = load(x, b, k, mask);
      FloatVector sigma = VectorMath.exp(load(x, b, latent + k, mask).mul(exponent));
      FloatVector eps = load(epsilon, b, k, mask);
      eps.fma(sigma, mu)
          .blend(mu, eps.eq(0)) // 0 * infinity is NaN
          .intoArray(z.data(), z.at(b, k), mask);
    }
  }

  @Override
  public Matrix backward(Matrix dZ, GradientSink sink) {
    divergence.addToSample(weight, dZ);
    Matrix dX = dInput.matrix(x.rows(), 2 * latent);
    workers.forEach(
        x.rows(),
        b -> {
          for (int k = 0; k < latent; k += SPECIES.length()) {
            VectorMask<Float> mask = SPECIES.indexInRange(k, latent);
            FloatVector dz = load(dZ, b, k, mask);
            FloatVector sigma = VectorMath.exp(load(x, b, latent + k, mask).mul(exponent));
            dz.intoArray(dX.data(), dX.at(b, k), mask);
            dz.mul(load(epsilon, b, k, mask))
                .mul(sigma)
                .mul(exponent)
                .intoArray(dX.data(), dX.at(b, latent + k), mask);
          }
        });
    divergence.addToInput(weight, dX);
    return dX;
  }

  private static FloatVector load(Matrix matrix, int row, int column, VectorMask<Float> mask) {
    return FloatVector.fromArray(SPECIES, matrix.data(), matrix.at(row, column), mask);
  }
}
