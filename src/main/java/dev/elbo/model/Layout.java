package dev.elbo.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.elbo.io.OptionName;

/**
 * Where an architecture puts the layers that have no parameters. Ports of the authors' code differ
 * in these.
 *
 * @param l2Normalize where the input is scaled to unit length
 * @param tanh after which layers a tanh stands
 * @param decoderDropout share of the decoder's hidden units that training drops
 * @param activation what stands after hidden layers
 * @param output what stands after AutoRec's last layer
 */
public record Layout(
    L2Normalization l2Normalize,
    Tanhs tanh,
    double decoderDropout,
    Activation activation,
    @JsonProperty("outputActivation") Activation output) {

  /** The authors' (Liang et al. 2018). */
  public static final Layout LIANG =
      new Layout(L2Normalization.BEFORE_DROPOUT, Tanhs.HIDDEN, /* decoderDropout= */ 0);

  /** No such layer but the dropout of the input. */
  static final Layout NONE =
      new Layout(
          L2Normalization.NONE,
          Tanhs.HIDDEN,
          /* decoderDropout= */ 0,
          Activation.IDENTITY,
          Activation.IDENTITY);

  /**
   * Checks the share.
   *
   * @throws IllegalArgumentException if it is not in {@code [0, 1)}
   */
  public Layout {
    new LayerSpec.Dropout(decoderDropout); // has the same range
    if (output == Activation.TANH) {
      throw new IllegalArgumentException("the output has a sigmoid or nothing, but no tanh");
    }
  }

  /** A layout with the authors' activations. */
  public Layout(L2Normalization l2Normalize, Tanhs tanh, double decoderDropout) {
    this(l2Normalize, tanh, decoderDropout, Activation.TANH, Activation.IDENTITY);
  }

  /** The same layout with other activations. */
  public Layout with(Activation hidden, Activation last) {
    return new Layout(l2Normalize, tanh, decoderDropout, hidden, last);
  }

  /** A function of each value of a layer. */
  public enum Activation {
    /** Nothing. */
    IDENTITY,
    /** {@code 1 / (1 + exp(-x))}; at the output, scaled to the range of ratings. */
    SIGMOID,
    /** {@code tanh(x)}. */
    TANH;

    /** The name on the command line: {@code identity}, {@code sigmoid}, {@code tanh}. */
    @Override
    public String toString() {
      return OptionName.of(this);
    }
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

  /** After which layers a tanh, or another activation, stands. */
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
