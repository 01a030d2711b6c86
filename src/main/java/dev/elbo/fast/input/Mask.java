package dev.elbo.fast.input;

import dev.elbo.engine.Pass;
import dev.elbo.fast.layers.SparseRows;
import dev.elbo.linalg.Workers;

/** Drops stored values and multiplies the others by {@code kept}, which is 1 here, in place. */
public sealed class Mask implements SparseLayer permits Dropout {

  private final int index;
  private final double rate;
  private final float kept;

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
  public Mask(int index, double rate, float kept) {
    this.index = index;
    this.rate = rate;
    this.kept = kept;
  }

  @Override
  public SparseRows forward(SparseRows x, Pass pass, Workers workers) {
    if (pass.noise().dropsNothing()) {
      return x;
    }
    float[] values = x.values();
    int[] items = x.pattern().indices();
    x.forEachRow(
        workers,
        (b, from, to) -> {
          for (int n = from; n < to; n++) {
            boolean keeps = pass.noise().keeps(index, pass.users()[b], items[n], rate);
            values[n] = keeps ? values[n] * kept : 0;
          }
        });
    return x;
  }
}
