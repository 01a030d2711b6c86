package dev.elbo.fast.objective;

import static dev.elbo.linalg.VectorMath.SPECIES;

import dev.elbo.linalg.Matrix;
import dev.elbo.linalg.Rows;
import dev.elbo.linalg.VectorMath;
import dev.elbo.linalg.Workers;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * From {@code N(0, 1)}: {@code sum_k (mu^2 + exp(lv) - 1 - lv) / 2}; derived at {@link
 * dev.elbo.reference}'s StandardDivergence.
 */
public final class StandardDivergence implements Divergence {

  private final Workers workers;
  private Matrix x;

  /**
   * @param workers threads to use
   */
  public StandardDivergence(Workers workers) {
    this.workers = workers;
  }

  @Override
  public double[] forward(Matrix x, Matrix z, Matrix epsilon) {
    this.x = x;
    int latent = z.columns();
    double[] divergence = new double[x.rows()];
    workers.forEach(
        x.rows(),
        b -> {
          float[] ofUnits = new float[latent];
          for (int k = 0; k < latent; k += SPECIES.length()) {
            VectorMask<Float> mask = SPECIES.indexInRange(k, latent);
            FloatVector mu = Rows.load(x.data(), x.at(b, k), mask);
            FloatVector lv = Rows.load(x.data(), x.at(b, latent + k), mask);
            mu.fma(mu, VectorMath.expMinusLinear(lv)).mul(0.5f).intoArray(ofUnits, k, mask);
          }
          for (float ofUnit : ofUnits) {
            divergence[b] += ofUnit;
          }
        });
    return divergence;
  }

  @Override
  public void addToSample(float[] weight, Matrix dZ) {}

  @Override
  public void addToInput(float[] weight, Matrix dX) {
    int latent = dX.columns() / 2;
    workers.forEach(
        dX.rows(),
        b -> {
          Rows.addScaled(weight[b], x.data(), x.at(b, 0), dX.data(), dX.at(b, 0), latent);
          for (int k = 0; k < latent; k += SPECIES.length()) {
            VectorMask<Float> mask = SPECIES.indexInRange(k, latent);
            int at = dX.at(b, latent + k);
            FloatVector lv = Rows.load(x.data(), x.at(b, latent + k), mask);
            FloatVector half = FloatVector.broadcast(SPECIES, weight[b] / 2);
            FloatVector dLv = Rows.load(dX.data(), at, mask);
            Rows.store(VectorMath.exp(lv).sub(1).fma(half, dLv), dX.data(), at, mask);
          }
        });
  }
}
