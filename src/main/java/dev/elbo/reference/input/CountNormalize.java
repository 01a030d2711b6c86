package dev.elbo.reference.input;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Pass;
import dev.elbo.reference.layers.Layer;
import dev.elbo.reference.layers.SparseRows;

/**
 * {@code y = x / (1 + n)} for each user's row, with {@code n} the number of its values that are not
 * 0. With a vector for each column, the affine layer after it gives {@code sum / (1 + n)}: the mean
 * of the user's vectors, drawn a little towards 0 if they are few.
 *
 * <p>{@code n} does not change where {@code x} changes a little, so {@code dx = dy / (1 + n)}.
 */
public final class CountNormalize implements Layer<SparseRows, SparseRows> {

  /** {@code 1 / (1 + n)} of each stored value's row, {@code [N]}. */
  private double[] scale;

  @Override
  public SparseRows forward(SparseRows x, Pass pass) {
    CsrMatrix pattern = x.pattern();
    scale = new double[pattern.size()];
    for (int b = 0; b < pattern.rows(); b++) {
      int count = 0;
      for (int n = pattern.indptr()[b]; n < pattern.indptr()[b + 1]; n++) {
        if (x.values()[n] != 0) {
          count++;
        }
      }
      for (int n = pattern.indptr()[b]; n < pattern.indptr()[b + 1]; n++) {
        scale[n] = 1.0 / (1 + count);
      }
    }
    return x.times(scale);
  }

  @Override
  public SparseRows backward(SparseRows dY) {
    return dY.times(scale);
  }
}
