package dev.elbo.fast;

import dev.elbo.engine.Pass;

/** Inverted dropout of the stored values, in place. */
final class Dropout implements SparseLayer {

  private final int index;
  private final double rate;
  private final float kept;

  /**
   * @param index position of the layer in the model: the key of its draws
   * @param rate probability of dropping
   */
  Dropout(int index, double rate) {
    this(index, rate, (float) (1 / (1 - rate)));
  }

  private Dropout(int index, double rate, float kept) {
    this.index = index;
    this.rate = rate;
    this.kept = kept;
  }

  /** A layer that leaves what is kept as it is. */
  static Dropout mask(int index, double rate) {
    return new Dropout(index, rate, 1);
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
