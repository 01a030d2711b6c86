package dev.elbo.reference.objective;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Outputs;
import dev.elbo.reference.layers.SparseRows;
import org.ejml.data.DMatrixRMaj;

/**
 * The squared error, mean over users: {@code L = 1/B sum_b sum_i (y_bi - r_bi)^2}, the sum running
 * over the items that a user has (Sedhain et al. 2015, equation 2, whose norm is over observed
 * ratings) or over all items, those that the user does not have being 0.
 *
 * <pre>
 * dy_bi = 2 (y_bi - r_bi) / B
 * </pre>
 */
public final class SquaredError implements Reconstruction {

  /** Output less target, {@code [1, N]} or {@code [B, I]}. */
  public DMatrixRMaj error;

  /** What the sum over rows is divided by: the number of users, {@code B}. */
  public double divisor;

  /**
   * Computes the loss.
   *
   * @param y the output of the layer before, {@code [1, N]} or {@code [B, I]}. Not modified.
   * @param x the ratings, {@code [B, I]}
   * @param outputs whether {@code y} has an output for each item, or where a user has one
   * @param divisor the number of users
   * @return the squared error, mean over users
   */
  @Override
  public double forward(DMatrixRMaj y, CsrMatrix x, Outputs outputs, double divisor) {
    this.divisor = divisor;
    boolean observed = outputs instanceof Outputs.Observed;
    error = y.copy();
    double[] ratings = SparseRows.of(x).values();
    for (int b = 0; b < x.rows(); b++) {
      for (int n = x.indptr()[b]; n < x.indptr()[b + 1]; n++) {
        error.data[observed ? n : b * x.columns() + x.indices()[n]] -= ratings[n];
      }
    }
    double sum = 0;
    for (double e : error.data) {
      sum += e * e;
    }
    return sum / divisor;
  }

  @Override
  public DMatrixRMaj backward() {
    DMatrixRMaj dY = error.copy();
    for (int n = 0; n < dY.data.length; n++) {
      dY.data[n] *= 2 / divisor;
    }
    return dY;
  }
}
