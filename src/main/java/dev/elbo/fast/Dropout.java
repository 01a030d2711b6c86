package dev.elbo.fast;

import dev.elbo.engine.Pass;

/** Inverted dropout of the stored values, in place. */
final class Dropout implements SparseLayer {

  private final int index;
  private final double rate;

  /**
   * @param index position of the layer in the model: the key of its draws
   * @param rate probability of dropping
   */
  Dropout(int index, double rate) {
    this.index = index;
    this.rate = rate;
  }

  @Override
  public void forward(SparseRows x, Pass pass, Workers workers) {
    if (pass.noise().dropsNothing()) {
      return;
    }
    float scale = (float) (1 / (1 - rate));
    float[] values = x.values();
    int[] items = x.pattern().indices();
    x.forEachRow(
        workers,
        (b, from, to) -> {
          for (int n = from; n < to; n++) {
            boolean kept = pass.noise().keeps(index, pass.users()[b], items[n], rate);
            values[n] = kept ? values[n] * scale : 0;
          }
        });
  }
}
