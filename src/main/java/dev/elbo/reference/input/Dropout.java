package dev.elbo.reference.input;

/**
 * Inverted dropout (Srivastava et al. 2014, section 10): a mask whose {@code scale} is {@code 1 /
 * (1 - rate)} for what is kept and 0 for what is dropped, so that the expectation of {@code y} is
 * {@code x}.
 */
public final class Dropout extends Mask {

  /**
   * @param index position of the layer in the model: the key of its draws
   * @param rate probability of dropping
   */
  public Dropout(int index, double rate) {
    super(index, rate, 1 / (1 - rate));
  }
}
