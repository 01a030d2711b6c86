package dev.elbo.fast.layers;

import static dev.elbo.linalg.VectorMath.SPECIES;

import dev.elbo.engine.Pass;
import dev.elbo.linalg.Buffer;
import dev.elbo.linalg.Matrix;
import dev.elbo.linalg.Rows;
import dev.elbo.linalg.Workers;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Each row less its mean, divided by its deviation, times a gain, plus a bias; the gradients are
 * derived at {@link dev.elbo.reference}'s LayerNorm.
 */
public final class LayerNorm implements Layer {

  private final Parameter gain;
  private final Bias bias;

  /** Sums over rows, as the gradient of a bias: that of the gain is one of {@code dY n}. */
  private final Bias gains;

  private final float epsilon;
  private final Workers workers;
  private final Buffer normalised = new Buffer();
  private final Buffer output = new Buffer();
  private final Buffer dInput = new Buffer();
  private final Buffer dGains = new Buffer();
  private Matrix n;
  private float[] r = {};

  /**
   * @param gain {@code [H]}
   * @param bias {@code [H]}
   * @param epsilon what is added to the variance
   * @param workers threads to use
   */
  public LayerNorm(Parameter gain, Parameter bias, double epsilon, Workers workers) {
    this.gain = gain;
    this.bias = new Bias(bias, workers);
    this.gains = new Bias(gain, workers);
    this.epsilon = (float) epsilon;
    this.workers = workers;
  }

  @Override
  public Matrix forward(Matrix x, Pass pass) {
    int width = x.columns();
    n = normalised.matrix(x.rows(), width);
    r = new float[x.rows()];
    Matrix y = output.matrix(x.rows(), width);
    workers.forEach(
        x.rows(),
        b -> {
          float[] lanes = new float[Rows.LANES];
          float mean = Rows.sum(x.data(), x.at(b, 0), width, lanes) / width;
          int at = n.at(b, 0);
          for (int h = 0; h < width; h += SPECIES.length()) {
            VectorMask<Float> mask = SPECIES.indexInRange(h, width);
            Rows.store(Rows.load(x.data(), x.at(b, h), mask).sub(mean), n.data(), at + h, mask);
          }
          float variance = Rows.dot(n.data(), at, n.data(), at, width, lanes) / width;
          r[b] = (float) (1 / Math.sqrt(variance + epsilon));
          for (int h = 0; h < width; h += SPECIES.length()) {
            VectorMask<Float> mask = SPECIES.indexInRange(h, width);
            FloatVector of = Rows.load(n.data(), at + h, mask).mul(r[b]);
            Rows.store(of, n.data(), at + h, mask);
            Rows.store(of.mul(Rows.load(gain.value, h, mask)), y.data(), y.at(b, h), mask);
          }
          bias.addTo(y, 0, b, b + 1, 0, width);
        });
    return y;
  }

  @Override
  public Matrix backward(Matrix dY, GradientSink sink) {
    Matrix dX = dInput.matrix(dY.rows(), dY.columns());
    Matrix dG = dGains.matrix(dY.rows(), dY.columns());
    workers.forEach(
        dY.rows(),
        b -> {
          stretch(b, dY, dG, dX);
          project(b, dX);
        });
    gains.backward(dG, 0, sink);
    bias.backward(dY, 0, sink);
    return dX;
  }

  /** {@code dG = dY n}, and of {@code n} itself {@code dX = dY g}. */
  private void stretch(int b, Matrix dY, Matrix dG, Matrix dX) {
    int width = dY.columns();
    for (int h = 0; h < width; h += SPECIES.length()) {
      VectorMask<Float> mask = SPECIES.indexInRange(h, width);
      FloatVector dy = Rows.load(dY.data(), dY.at(b, h), mask);
      FloatVector of = Rows.load(n.data(), n.at(b, h), mask);
      Rows.store(dy.mul(of), dG.data(), dG.at(b, h), mask);
      Rows.store(dy.mul(Rows.load(gain.value, h, mask)), dX.data(), dX.at(b, h), mask);
    }
  }

  /** From the gradient of {@code n} to that of {@code x}, in place. */
  private void project(int b, Matrix dX) {
    int width = dX.columns();
    int at = dX.at(b, 0);
    float[] lanes = new float[Rows.LANES];
    float mean = Rows.sum(dX.data(), at, width, lanes) / width;
    float stretch = Rows.dot(dX.data(), at, n.data(), n.at(b, 0), width, lanes) / width;
    for (int h = 0; h < width; h += SPECIES.length()) {
      VectorMask<Float> mask = SPECIES.indexInRange(h, width);
      FloatVector dn = Rows.load(dX.data(), at + h, mask).sub(mean);
      FloatVector of = Rows.load(n.data(), n.at(b, h), mask);
      FloatVector dx = of.fma(FloatVector.broadcast(SPECIES, -stretch), dn).mul(r[b]);
      Rows.store(dx, dX.data(), at + h, mask);
    }
  }
}
