package dev.elbo.reference.input;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Pass;
import dev.elbo.reference.layers.Layer;
import dev.elbo.reference.layers.SparseRows;

/**
 * Drops stored values: {@code y = scale * x}, where {@code scale} is {@code kept} for what is kept,
 * 1 unless a subclass has another, and 0 for what is dropped. Values that are not stored are 0
 * either way, and not drawn.
 *
 * <p>The layer is linear in {@code x} once the draws are fixed, so {@code dx = scale * dy}.
 */
public sealed class Mask implements Layer<SparseRows, SparseRows> permits Dropout {

  public final int index;
  public final double rate;

  private final double kept;

  /** Factor of each stored value, {@code [N]}. */
  public double[] scale;

  /**
   * @param index position of the layer in the model: the key of its draws
   * @param rate probability of dropping
   */
  public Mask(int index, double rate) {
    this(index, rate, 1);
  }

  /**
   * @param kept factor of what is kept
   */
  Mask(int index, double rate, double kept) {
    this.index = index;
    this.rate = rate;
    this.kept = kept;
  }

  @Override
  public SparseRows forward(SparseRows x, Pass pass) {
    CsrMatrix pattern = x.pattern();
    scale = new double[pattern.size()];
    for (int b = 0; b < pattern.rows(); b++) {
      for (int n = pattern.indptr()[b]; n < pattern.indptr()[b + 1]; n++) {
        if (pass.noise().dropsNothing()) {
          scale[n] = 1;
        } else if (pass.noise().keeps(index, pass.users()[b], pattern.indices()[n], rate)) {
          scale[n] = kept;
        }
      }
    }
    return x.times(scale);
  }

  @Override
  public SparseRows backward(SparseRows dY) {
    return dY.times(scale);
  }
}
