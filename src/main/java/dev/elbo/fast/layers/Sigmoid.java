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
 * {@code y = low + (high - low) / (1 + exp(-x))}, and {@code dx = dy (y - low) (high - y) / (high -
 * low)} in place; derived at {@link dev.elbo.reference}'s Sigmoid.
 */
public final class Sigmoid implements Layer {

  private final float low;
  private final float range;
  private final Workers workers;
  private final Buffer output = new Buffer();
  private Matrix y;

  /**
   * @param low the limit far below 0
   * @param high the limit far above 0
   * @param workers threads to use
   */
  public Sigmoid(double low, double high, Workers workers) {
    this.low = (float) low;
    this.range = (float) (high - low);
    this.workers = workers;
  }

  @Override
  public Matrix forward(Matrix x, Pass pass) {
    y = output.matrix(x.rows(), x.columns());
    workers.forEach(
        x.rows(),
        row -> {
          for (int n = 0; n < x.columns(); n += SPECIES.length()) {
            VectorMask<Float> mask = SPECIES.indexInRange(n, x.columns());
            FloatVector in = FloatVector.fromArray(SPECIES, x.data(), x.at(row, n), mask);
            FloatVector.broadcast(SPECIES, range)
                .div(VectorMath.exp(in.neg()).add(1))
                .add(low)
                .intoArray(y.data(), y.at(row, n), mask);
          }
        });
    return y;
  }

  @Override
  public Matrix backward(Matrix dY, GradientSink sink) {
    workers.forEach(
        dY.rows(),
        row -> {
          for (int n = 0; n < dY.columns(); n += SPECIES.length()) {
            VectorMask<Float> mask = SPECIES.indexInRange(n, dY.columns());
            FloatVector dy = FloatVector.fromArray(SPECIES, dY.data(), dY.at(row, n), mask);
            FloatVector above =
                FloatVector.fromArray(SPECIES, y.data(), y.at(row, n), mask).sub(low);
            dy.mul(above)
                .mul(above.neg().add(range))
                .mul(1 / range)
                .intoArray(dY.data(), dY.at(row, n), mask);
          }
        });
    return dY;
  }
}
