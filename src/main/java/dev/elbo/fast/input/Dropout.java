package dev.elbo.fast.input;

/** Inverted dropout of the stored values, in place: what is kept is divided by {@code 1 - rate}. */
public final class Dropout extends Mask {

  /**
   * @param index position of the layer in the model: the key of its draws
   * @param rate probability of dropping
   */
  public Dropout(int index, double rate) {
    super(index, rate, (float) (1 / (1 - rate)));
  }
}
