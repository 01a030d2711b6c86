package dev.elbo.reference.input;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Pass;
import dev.elbo.reference.layers.Layer;
import dev.elbo.reference.layers.SparseRows;

/**
 * {@code y = x / ||x||} for each user's row.
 *
 * <p>With {@code r = ||x||}, {@code dr/dx_j = x_j / r}, so {@code dy_i/dx_j = [i=j]/r - x_i x_j /
 * r^3} and
 *
 * <pre>
 * dx_j = sum_i dy_i (dy_i/dx_j) = (dy_j - y_j (y . dy)) / r
 * </pre>
 *
 * the part of {@code dy} that is orthogonal to {@code y}: a change of length is normalised away. A
 * row of zeros has no direction; it stays zero, and its gradient is defined as zero.
 */
public final class L2Normalize implements Layer<SparseRows, SparseRows> {

  /** Length of each row, {@code [B]}. */
  public double[] norms;

  /** The output. */
  public SparseRows y;

  @Override
  public SparseRows forward(SparseRows x, Pass pass) {
    CsrMatrix pattern = x.pattern();
    norms = new double[pattern.rows()];
    double[] values = new double[pattern.size()];
    for (int b = 0; b < pattern.rows(); b++) {
      norms[b] = Math.sqrt(dot(pattern, b, x.values(), x.values()));
      for (int n = pattern.indptr()[b]; n < pattern.indptr()[b + 1]; n++) {
        values[n] = norms[b] == 0 ? 0 : x.values()[n] / norms[b];
      }
    }
    y = x.with(values);
    return y;
  }

  @Override
  public SparseRows backward(SparseRows dY) {
    CsrMatrix pattern = y.pattern();
    double[] dX = new double[pattern.size()];
    for (int b = 0; b < pattern.rows(); b++) {
      double along = dot(pattern, b, y.values(), dY.values());
      for (int n = pattern.indptr()[b]; n < pattern.indptr()[b + 1]; n++) {
        dX[n] = norms[b] == 0 ? 0 : (dY.values()[n] - y.values()[n] * along) / norms[b];
      }
    }
    return y.with(dX);
  }

  private static double dot(CsrMatrix pattern, int row, double[] left, double[] right) {
    double sum = 0;
    for (int n = pattern.indptr()[row]; n < pattern.indptr()[row + 1]; n++) {
      sum += left[n] * right[n];
    }
    return sum;
  }
}
