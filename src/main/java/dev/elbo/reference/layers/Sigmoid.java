package dev.elbo.reference.layers;

import dev.elbo.engine.Pass;
import org.ejml.data.DMatrixRMaj;

/**
 * {@code y = low + range s(x)}, {@code s(x) = 1 / (1 + exp(-x))}, value by value.
 *
 * <p>{@code s' = exp(-x) / (1 + exp(-x))^2 = s (1 - s)}, so with {@code s = (y - low) / range}
 *
 * <pre>
 * dx = dy range s (1 - s) = dy (y - low) (high - y) / range
 * </pre>
 *
 * and backward needs the output only.
 */
public final class Sigmoid implements Layer<DMatrixRMaj, DMatrixRMaj> {

  public final double low;
  public final double high;

  /** The output, of any shape. */
  public DMatrixRMaj y;

  /**
   * @param low the limit far below 0
   * @param high the limit far above 0
   */
  public Sigmoid(double low, double high) {
    this.low = low;
    this.high = high;
  }

  @Override
  public DMatrixRMaj forward(DMatrixRMaj x, Pass pass) {
    y = new DMatrixRMaj(x.numRows, x.numCols);
    for (int n = 0; n < y.data.length; n++) {
      y.data[n] = low + (high - low) / (1 + Math.exp(-x.data[n]));
    }
    return y;
  }

  @Override
  public DMatrixRMaj backward(DMatrixRMaj dY) {
    DMatrixRMaj dX = new DMatrixRMaj(dY.numRows, dY.numCols);
    for (int n = 0; n < dX.data.length; n++) {
      dX.data[n] = dY.data[n] * (y.data[n] - low) * (high - y.data[n]) / (high - low);
    }
    return dX;
  }
}
