package dev.elbo.reference.input;

import dev.elbo.engine.Pass;
import dev.elbo.reference.layers.Layer;
import dev.elbo.reference.layers.SparseRows;

/**
 * {@link dev.elbo.reference.layers.Tanh} of the stored values of a sparse batch. The others are 0,
 * and {@code tanh(0) = 0}, so the pattern stays.
 */
public final class SparseTanh implements Layer<SparseRows, SparseRows> {

  /** The output. */
  SparseRows y;

  @Override
  public SparseRows forward(SparseRows x, Pass pass) {
    double[] values = new double[x.values().length];
    for (int n = 0; n < values.length; n++) {
      values[n] = Math.tanh(x.values()[n]);
    }
    y = x.with(values);
    return y;
  }

  @Override
  public SparseRows backward(SparseRows dY) {
    double[] dX = new double[dY.values().length];
    for (int n = 0; n < dX.length; n++) {
      dX[n] = dY.values()[n] * (1 - y.values()[n] * y.values()[n]);
    }
    return dY.with(dX);
  }
}
