package dev.elbo.fast.input;

import dev.elbo.engine.Pass;
import dev.elbo.fast.layers.SparseRows;
import dev.elbo.linalg.Workers;

/** {@code y = x / ||x||} for each user's row, in place. */
public final class L2Normalize implements SparseLayer {

  @Override
  public SparseRows forward(SparseRows x, Pass pass, Workers workers) {
    float[] values = x.values();
    x.forEachRow(
        workers,
        (_, from, to) -> {
          double squares = 0;
          for (int n = from; n < to; n++) {
            squares += (double) values[n] * values[n];
          }
          float norm = (float) Math.sqrt(squares);
          for (int n = from; n < to && norm > 0; n++) {
            values[n] /= norm;
          }
        });
    return x;
  }
}
