package dev.elbo.reference.layers;

import dev.elbo.engine.Pass;
import org.ejml.data.DMatrixRMaj;

/**
 * {@code y = tanh(x)}, value by value.
 *
 * <p>{@code tanh' = 1 - tanh^2}, so {@code dx = dy (1 - y^2)}: backward needs the output only.
 */
public final class Tanh implements Layer<DMatrixRMaj, DMatrixRMaj> {

  /** The output, {@code [B, width]}. */
  public DMatrixRMaj y;

  @Override
  public DMatrixRMaj forward(DMatrixRMaj x, Pass pass) {
    y = new DMatrixRMaj(x.numRows, x.numCols);
    for (int n = 0; n < y.data.length; n++) {
      y.data[n] = Math.tanh(x.data[n]);
    }
    return y;
  }

  @Override
  public DMatrixRMaj backward(DMatrixRMaj dY) {
    DMatrixRMaj dX = new DMatrixRMaj(dY.numRows, dY.numCols);
    for (int n = 0; n < dX.data.length; n++) {
      dX.data[n] = dY.data[n] * (1 - y.data[n] * y.data[n]);
    }
    return dX;
  }
}
