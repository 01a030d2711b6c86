package dev.elbo.fast.input;

import static dev.elbo.linalg.VectorMath.SPECIES;

import dev.elbo.engine.Pass;
import dev.elbo.fast.layers.SparseRows;
import dev.elbo.linalg.VectorMath;
import dev.elbo.linalg.Workers;
import jdk.incubator.vector.FloatVector;

/** {@code y = tanh(x)} of the stored values, in place; the others are 0 and stay 0. */
public final class SparseTanh implements SparseLayer {

  @Override
  public SparseRows forward(SparseRows x, Pass pass, Workers workers) {
    float[] values = x.values();
    x.forEachRow(
        workers,
        (_, from, to) -> {
          for (int n = from; n < to; n += SPECIES.length()) {
            var mask = SPECIES.indexInRange(n, to);
            VectorMath.tanh(FloatVector.fromArray(SPECIES, values, n, mask))
                .intoArray(values, n, mask);
          }
        });
    return x;
  }
}
