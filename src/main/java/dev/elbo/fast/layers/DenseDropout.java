package dev.elbo.fast.layers;

import dev.elbo.engine.Pass;
import dev.elbo.linalg.Buffer;
import dev.elbo.linalg.Matrix;
import dev.elbo.linalg.Workers;

/**
 * Inverted dropout of a dense layer: {@code y = scale * x}, and {@code dx = scale * dy} in place.
 * The input stays: the tanh before it needs it for its gradient.
 */
public final class DenseDropout implements Layer {

  private final int index;
  private final double rate;
  private final Workers workers;
  private final Buffer output = new Buffer();
  private final Buffer factors = new Buffer();

  /** Factor of each value, {@code [B, width]}; null where nothing is dropped. */
  private Matrix scale;

  /**
   * @param index position of the layer in the model: the key of its draws
   * @param rate probability of dropping
   * @param workers threads to use
   */
  public DenseDropout(int index, double rate, Workers workers) {
    this.index = index;
    this.rate = rate;
    this.workers = workers;
  }

  @Override
  public Matrix forward(Matrix x, Pass pass) {
    if (pass.noise().dropsNothing()) {
      scale = null;
      return x;
    }
    scale = factors.matrix(x.rows(), x.columns());
    float kept = (float) (1 / (1 - rate));
    workers.forEach(
        x.rows(),
        b -> {
          boolean[] keeps = new boolean[x.columns()];
          pass.noise().keeps(index, pass.users()[b], rate, keeps);
          for (int unit = 0; unit < keeps.length; unit++) {
            scale.data()[scale.at(b, unit)] = keeps[unit] ? kept : 0;
          }
        });
    return scaled(x, output.matrix(x.rows(), x.columns()));
  }

  @Override
  public Matrix backward(Matrix dY, GradientSink sink) {
    return scale == null ? dY : scaled(dY, dY);
  }

  private Matrix scaled(Matrix x, Matrix y) {
    workers.forEach(
        x.rows(),
        b -> {
          for (int unit = 0; unit < x.columns(); unit++) {
            y.data()[y.at(b, unit)] = scale.data()[scale.at(b, unit)] * x.data()[x.at(b, unit)];
          }
        });
    return y;
  }
}
