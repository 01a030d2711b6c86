package dev.elbo.fast.input;

import dev.elbo.engine.Pass;
import dev.elbo.fast.layers.SparseRows;
import dev.elbo.linalg.Workers;

/** {@code y = x / (1 + n)} for each user's row of {@code n} values that are not 0, in place. */
public final class CountNormalize implements SparseLayer {

  @Override
  public SparseRows forward(SparseRows x, Pass pass, Workers workers) {
    float[] values = x.values();
    x.forEachRow(
        workers,
        (_, from, to) -> {
          int count = 0;
          for (int n = from; n < to; n++) {
            count += values[n] != 0 ? 1 : 0;
          }
          for (int n = from; n < to; n++) {
            values[n] /= 1 + count;
          }
        });
    return x;
  }
}
