package dev.elbo.reference.layers;

import dev.elbo.engine.Pass;
import org.ejml.data.DMatrixRMaj;

/**
 * {@link dev.elbo.reference.input.Dropout} of a dense layer: {@code y = scale * x}, so {@code dx =
 * scale * dy}. Every unit is drawn.
 */
public final class DenseDropout implements Layer<DMatrixRMaj, DMatrixRMaj> {

  final int index;
  final double rate;

  /** Factor of each value, {@code [B, width]}. */
  DMatrixRMaj scale;

  /**
   * @param index position of the layer in the model: the key of its draws
   * @param rate probability of dropping
   */
  public DenseDropout(int index, double rate) {
    this.index = index;
    this.rate = rate;
  }

  @Override
  public DMatrixRMaj forward(DMatrixRMaj x, Pass pass) {
    scale = new DMatrixRMaj(x.numRows, x.numCols);
    for (int b = 0; b < x.numRows; b++) {
      for (int unit = 0; unit < x.numCols; unit++) {
        if (pass.noise().dropsNothing()) {
          scale.set(b, unit, 1);
        } else if (pass.noise().keeps(index, pass.users()[b], unit, rate)) {
          scale.set(b, unit, 1 / (1 - rate));
        }
      }
    }
    return scaled(x);
  }

  @Override
  public DMatrixRMaj backward(DMatrixRMaj dY) {
    return scaled(dY);
  }

  private DMatrixRMaj scaled(DMatrixRMaj x) {
    DMatrixRMaj y = new DMatrixRMaj(x.numRows, x.numCols);
    for (int n = 0; n < y.data.length; n++) {
      y.data[n] = scale.data[n] * x.data[n];
    }
    return y;
  }
}
