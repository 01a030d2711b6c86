package dev.elbo.model;

/**
 * Where an architecture puts the layers that have no parameters. Ports of the authors' code differ
 * in these.
 *
 * @param l2Normalize where the input is scaled to unit length
 * @param tanh after which layers a tanh stands
 * @param decoderDropout share of the decoder's hidden units that training drops
 */
public record Layout(L2Normalization l2Normalize, Tanhs tanh, double decoderDropout) {

  /** The authors' (Liang et al. 2018). */
  public static final Layout LIANG =
      new Layout(L2Normalization.BEFORE_DROPOUT, Tanhs.HIDDEN, /* decoderDropout= */ 0);

  /**
   * Checks the share.
   *
   * @throws IllegalArgumentException if it is not in {@code [0, 1)}
   */
  public Layout {
    new LayerSpec.Dropout(decoderDropout); // has the same range
  }

  /** Where the user's row is scaled to unit Euclidean length. */
  public enum L2Normalization {
    /** Before it is dropped out: what is kept has the length that the noise gives it. */
    BEFORE_DROPOUT,
    /** After it is dropped out: the first layer's input always has length 1. */
    AFTER_DROPOUT,
    /** Not at all: the first layer reads zeros and ones. */
    NONE;

    /** The name on the command line: {@code before-dropout}. */
    @Override
    public String toString() {
      return OptionName.of(this);
    }
  }

  /** After which layers a tanh stands. */
  public enum Tanhs {
    /** After every affine layer but the last of encoder and decoder; Mult-DAE's latent has one. */
    HIDDEN,
    /**
     * After every dropout as well, counting one before each affine layer: on the dropped input, on
     * {@code z}, and twice on hidden layers.
     */
    EVERY_MODULE;

    /** The name on the command line: {@code hidden}, {@code every-module}. */
    @Override
    public String toString() {
      return OptionName.of(this);
    }
  }
}
