package dev.elbo.reference.layers;

import dev.elbo.engine.Pass;
import org.ejml.data.DMatrixRMaj;

/**
 * {@code y = x s(x)}, {@code s(x) = 1 / (1 + exp(-x))}, value by value (Ramachandran, Zoph and Le
 * 2017, with beta 1).
 *
 * <p>By the product rule, with {@code s' = s (1 - s)} as in {@link Sigmoid},
 *
 * <pre>
 * dx = dy (s + x s (1 - s)) = dy (s + y (1 - s))
 * </pre>
 */
public final class Swish implements Layer<DMatrixRMaj, DMatrixRMaj> {

  /** The input, {@code [B, width]}. */
  public DMatrixRMaj x;

  @Override
  public DMatrixRMaj forward(DMatrixRMaj x, Pass pass) {
    this.x = x;
    DMatrixRMaj y = new DMatrixRMaj(x.numRows, x.numCols);
    for (int n = 0; n < y.data.length; n++) {
      y.data[n] = x.data[n] * sigmoid(x.data[n]);
    }
    return y;
  }

  @Override
  public DMatrixRMaj backward(DMatrixRMaj dY) {
    DMatrixRMaj dX = new DMatrixRMaj(dY.numRows, dY.numCols);
    for (int n = 0; n < dX.data.length; n++) {
      double s = sigmoid(x.data[n]);
      dX.data[n] = dY.data[n] * (s + x.data[n] * s * (1 - s));
    }
    return dX;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
