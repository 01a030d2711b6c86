package dev.elbo.fast.objective;

import static dev.elbo.linalg.VectorMath.SPECIES;

import dev.elbo.linalg.Buffer;
import dev.elbo.linalg.Matrix;
import dev.elbo.linalg.Rows;
import dev.elbo.linalg.VectorMath;
import dev.elbo.linalg.Workers;
import dev.elbo.model.Objective.Composite;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * From the mixture of RecVAE, at the drawn {@code z}; derived at {@link dev.elbo.reference}'s
 * CompositeDivergence. The factor {@code 1 / sqrt(2 pi)} of all densities cancels and is left out.
 */
public final class CompositeDivergence implements Divergence {

  private final float logStandard;
  private final float logOld;
  private final float logWide;
  private final float wideLogVariance;
  private final float widePrecision;
  private final Workers workers;
  private final Buffer slopes = new Buffer();

  /** Mean and log-variance of the old posterior, {@code [B, 2K]}. */
  private Matrix old;

  /** {@code d(-log p)/dz} of the last pass, {@code [B, K]}. */
  private Matrix slope;

  /**
   * @param prior the weights
   * @param workers threads to use
   */
  public CompositeDivergence(Composite prior, Workers workers) {
    logStandard = (float) StrictMath.log(prior.standard());
    logOld = (float) StrictMath.log(prior.old());
    logWide = (float) StrictMath.log(prior.wide());
    wideLogVariance = (float) prior.wideLogVariance();
    widePrecision = (float) StrictMath.exp(-prior.wideLogVariance());
    this.workers = workers;
  }

  /** Sets mean and log-variance of the old posterior of the next pass, {@code [B, 2K]}. */
  public void setOld(Matrix old) {
    this.old = old;
  }

  @Override
  public double[] forward(Matrix x, Matrix z, Matrix epsilon) {
    slope = slopes.matrix(z.rows(), z.columns());
    double[] divergence = new double[z.rows()];
    workers.forEach(z.rows(), b -> divergence[b] = forward(b, x, z, epsilon));
    return divergence;
  }

  // One elementary function a loop, and no more than one long loop a method: with more of them the
  // compiler no longer inlines all, and every vector becomes an object.
  private double forward(int b, Matrix x, Matrix z, Matrix epsilon) {
    int latent = z.columns();
    float[] precision = new float[latent]; // of the old posterior
    for (int k = 0; k < latent; k += SPECIES.length()) {
      VectorMask<Float> mask = SPECIES.indexInRange(k, latent);
      FloatVector lv = Rows.load(old.data(), old.at(b, latent + k), mask);
      Rows.store(lv.neg(), precision, k, mask);
    }
    exp(precision);
    Densities of = new Densities(latent);
    logDensities(b, z, precision, of);
    exp(of.standard);
    exp(of.old);
    exp(of.wide);
    float[] logSum = slopes(b, z, precision, of);
    log(logSum);
    double divergence = 0;
    for (int k = 0; k < latent; k++) {
      float eps = epsilon.data()[epsilon.at(b, k)];
      float logQ = -0.5f * (x.data()[x.at(b, latent + k)] + eps * eps);
      divergence += logQ - (of.max[k] + logSum[k]);
    }
    return divergence;
  }

  /**
   * The weighted densities of a row, each {@code [K]}, over the largest, whose logarithm is kept.
   */
  private record Densities(float[] standard, float[] old, float[] wide, float[] max) {
    Densities(int latent) {
      this(new float[latent], new float[latent], new float[latent], new float[latent]);
    }
  }

  private void logDensities(int b, Matrix z, float[] precision, Densities of) {
    int latent = z.columns();
    for (int k = 0; k < latent; k += SPECIES.length()) {
      VectorMask<Float> mask = SPECIES.indexInRange(k, latent);
      FloatVector at = Rows.load(z.data(), z.at(b, k), mask);
      FloatVector off = at.sub(Rows.load(old.data(), old.at(b, k), mask));
      FloatVector lv = Rows.load(old.data(), old.at(b, latent + k), mask);
      FloatVector square = at.mul(at);
      FloatVector first = square.mul(-0.5f).add(logStandard);
      FloatVector second =
          off.mul(off).fma(Rows.load(precision, k, mask), lv).mul(-0.5f).add(logOld);
      FloatVector third = square.mul(widePrecision).add(wideLogVariance).mul(-0.5f).add(logWide);
      FloatVector largest = first.max(second).max(third);
      Rows.store(first.sub(largest), of.standard, k, mask);
      Rows.store(second.sub(largest), of.old, k, mask);
      Rows.store(third.sub(largest), of.wide, k, mask);
      Rows.store(largest, of.max, k, mask);
    }
  }

  /** Computes the slopes of a row; gives the sums of its densities. */
  private float[] slopes(int b, Matrix z, float[] precision, Densities of) {
    int latent = z.columns();
    float[] sum = new float[latent];
    for (int k = 0; k < latent; k += SPECIES.length()) {
      VectorMask<Float> mask = SPECIES.indexInRange(k, latent);
      FloatVector at = Rows.load(z.data(), z.at(b, k), mask);
      FloatVector off = at.sub(Rows.load(old.data(), old.at(b, k), mask));
      FloatVector first = Rows.load(of.standard, k, mask);
      FloatVector second = Rows.load(of.old, k, mask);
      FloatVector third = Rows.load(of.wide, k, mask);
      FloatVector all = first.add(second).add(third);
      FloatVector drift =
          second
              .mul(Rows.load(precision, k, mask))
              .fma(off, third.mul(widePrecision).add(first).mul(at));
      Rows.store(all, sum, k, mask);
      Rows.store(drift.div(all), slope.data(), slope.at(b, k), mask);
    }
    return sum;
  }

  private static void exp(float[] values) {
    for (int k = 0; k < values.length; k += SPECIES.length()) {
      VectorMask<Float> mask = SPECIES.indexInRange(k, values.length);
      Rows.store(VectorMath.exp(Rows.load(values, k, mask)), values, k, mask);
    }
  }

  private static void log(float[] values) {
    for (int k = 0; k < values.length; k += SPECIES.length()) {
      VectorMask<Float> mask = SPECIES.indexInRange(k, values.length);
      Rows.store(VectorMath.log(Rows.load(values, k, mask)), values, k, mask);
    }
  }

  @Override
  public void addToSample(float[] weight, Matrix dZ) {
    workers.forEach(
        dZ.rows(),
        b ->
            Rows.addScaled(
                weight[b], slope.data(), slope.at(b, 0), dZ.data(), dZ.at(b, 0), dZ.columns()));
  }

  /** The entropy: {@code -1/2} for each log-variance. */
  @Override
  public void addToInput(float[] weight, Matrix dX) {
    int latent = dX.columns() / 2;
    for (int b = 0; b < dX.rows(); b++) {
      for (int k = 0; k < latent; k++) {
        dX.data()[dX.at(b, latent + k)] -= weight[b] / 2;
      }
    }
  }
}
