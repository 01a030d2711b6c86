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
 * {@code y = x s(x)} with {@code s(x) = 1 / (1 + exp(-x))}, and {@code dx = dy s (1 + x (1 - s))}
 * in place; derived at {@link dev.elbo.reference}'s Swish.
 */
public final class Swish implements Layer {

  private final Workers workers;
  private final Buffer output = new Buffer();
  private Matrix x;

  /**
   * @param workers threads to use
   */
  public Swish(Workers workers) {
    this.workers = workers;
  }

  private static FloatVector sigmoid(FloatVector x) {
    return FloatVector.broadcast(SPECIES, 1).div(VectorMath.exp(x.neg()).add(1));
  }

  @Override
  public Matrix forward(Matrix x, Pass pass) {
    this.x = x;
    Matrix y = output.matrix(x.rows(), x.columns());
    workers.forEach(
        x.rows(),
        row -> {
          for (int n = 0; n < x.columns(); n += SPECIES.length()) {
            VectorMask<Float> mask = SPECIES.indexInRange(n, x.columns());
            FloatVector in = FloatVector.fromArray(SPECIES, x.data(), x.at(row, n), mask);
            in.mul(sigmoid(in)).intoArray(y.data(), y.at(row, n), mask);
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
            FloatVector in = FloatVector.fromArray(SPECIES, x.data(), x.at(row, n), mask);
            FloatVector dy = FloatVector.fromArray(SPECIES, dY.data(), dY.at(row, n), mask);
            FloatVector s = sigmoid(in);
            FloatVector slope = s.neg().fma(in, in).add(1).mul(s);
            dy.mul(slope).intoArray(dY.data(), dY.at(row, n), mask);
          }
        });
    return dY;
  }
}
