package dev.elbo.fast.layers;

import static dev.elbo.linalg.VectorMath.SPECIES;

import dev.elbo.engine.Pass;
import dev.elbo.linalg.Buffer;
import dev.elbo.linalg.Matrix;
import dev.elbo.linalg.VectorMath;
import dev.elbo.linalg.Workers;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * {@code y = tanh(x)}, and {@code dx = dy (1 - y^2)} in place. The input stays: where it is the
 * output of another tanh, that one needs it for its gradient.
 */
public final class Tanh implements Layer {

  private final Workers workers;
  private final Buffer output = new Buffer();
  private Matrix y;

  /**
   * @param workers threads to use
   */
  public Tanh(Workers workers) {
    this.workers = workers;
  }

  @Override
  public Matrix forward(Matrix x, Pass pass) {
    y = output.matrix(x.rows(), x.columns());
    forEachVector(
        x,
        (at, mask) ->
            VectorMath.tanh(FloatVector.fromArray(SPECIES, x.data(), at, mask))
                .intoArray(y.data(), at, mask));
    return y;
  }

  @Override
  public Matrix backward(Matrix dY, GradientSink sink) {
    forEachVector(
        dY,
        (at, mask) -> {
          FloatVector tanh = FloatVector.fromArray(SPECIES, y.data(), at, mask);
          FloatVector dy = FloatVector.fromArray(SPECIES, dY.data(), at, mask);
          dy.mul(tanh.neg().fma(tanh, FloatVector.broadcast(SPECIES, 1)))
              .intoArray(dY.data(), at, mask);
        });
    return dY;
  }

  @FunctionalInterface
  private interface At {
    void apply(int at, VectorMask<Float> mask);
  }

  /** Both matrices are whole buffers of the same shape, so one index serves for both. */
  private void forEachVector(Matrix matrix, At function) {
    workers.forEach(
        matrix.rows(),
        row -> {
          for (int n = 0; n < matrix.columns(); n += SPECIES.length()) {
            function.apply(matrix.at(row, n), SPECIES.indexInRange(n, matrix.columns()));
          }
        });
  }
}
