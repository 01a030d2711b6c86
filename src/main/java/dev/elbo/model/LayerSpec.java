package dev.elbo.model;

import java.util.List;

/**
 * What one layer computes, without saying how. An engine lowers a list of these in one exhaustive
 * {@code switch}, so an engine that lacks a layer does not compile.
 */
public sealed interface LayerSpec {

  /** The kind of layer, as messages and activations name it. */
  default String kind() {
    return getClass().getSimpleName();
  }

  /** Scales each user's row to unit Euclidean length; an empty row stays empty. */
  record L2Normalize() implements LayerSpec {}

  /**
   * Inverted dropout, on the sparse input or on a dense layer: in training each value is dropped
   * with probability {@code rate}, and what is kept is divided by {@code 1 - rate}; in scoring it
   * does nothing.
   */
  record Dropout(double rate) implements LayerSpec {
    /** Checks that the rate is in {@code [0, 1)}. */
    public Dropout {
      if (!(rate >= 0 && rate < 1)) {
        throw new IllegalArgumentException("dropout must be in [0, 1), not " + rate);
      }
    }
  }

  /** What training changes in the layer, in the order of files. */
  default List<ParameterSpec> parameters() {
    return List.of();
  }

  /** A layer with a weight {@code [out, in]} and a bias {@code [out]}: {@code y = W x + b}. */
  sealed interface Affine extends LayerSpec {
    /** Prefix of the names of its two tensors. */
    String name();

    /** Width of its input. */
    int in();

    /** Width of its output. */
    int out();

    /** Name of the weight, {@code [out, in]}. */
    default String weight() {
      return name() + ".weight";
    }

    /** Name of the bias, {@code [out]}. */
    default String bias() {
      return name() + ".bias";
    }

    @Override
    default List<ParameterSpec> parameters() {
      return List.of(
          ParameterSpec.weight(weight(), out(), in()), ParameterSpec.bias(bias(), out(), in()));
    }
  }

  /** An affine layer whose input is a sparse batch {@code [B, in]}. */
  record SparseLinear(String name, int in, int out) implements Affine {
    /** Checks the widths. */
    public SparseLinear {
      positive(in, out);
    }
  }

  /** An affine layer whose input is dense. */
  record Linear(String name, int in, int out) implements Affine {
    /** Checks the widths. */
    public Linear {
      positive(in, out);
    }
  }

  /** The hyperbolic tangent of each value, of the sparse input or of a dense layer. */
  record Tanh() implements LayerSpec {}

  /**
   * The stochastic layer of a variational autoencoder: reads mean and log-variance, {@code [B,
   * 2K]}, the mean first; gives {@code mu + eps * exp(logvar / 2)}, {@code [B, K]}, and adds the
   * Kullback-Leibler divergence from the standard normal to the objective.
   *
   * @param latent latent units, {@code K}
   * @param logDeviation whether the sample is {@code mu + eps * exp(logvar)} instead, as if it were
   *     the logarithm of the deviation; the divergence is the same
   * @param meanOverSteps whether the divergence is averaged over the steps of a user instead of
   *     summed
   */
  record Gaussian(int latent, boolean logDeviation, boolean meanOverSteps) implements LayerSpec {
    /** Checks the width. */
    public Gaussian {
      positive(latent, 1);
    }

    /** As derived. */
    public Gaussian(int latent) {
      this(latent, false, false);
    }
  }

  /** The multinomial negative log-likelihood of the user's items under {@code softmax(logits)}. */
  record MultinomialLoss() implements LayerSpec {}

  /**
   * The vector of the item that is read in each step, {@code [S, out]}.
   *
   * @param name prefix of the name of its tensor, {@code .weight [in, out]}
   * @param in number of items, {@code I}
   * @param out width of a vector
   */
  record Embedding(String name, int in, int out) implements LayerSpec {
    /** Checks the widths. */
    public Embedding {
      positive(in, out);
    }

    /** Name of the vectors, {@code [in, out]}. */
    public String weight() {
      return name + ".weight";
    }

    @Override
    public List<ParameterSpec> parameters() {
      return List.of(ParameterSpec.embedding(weight(), in, out));
    }
  }

  /**
   * A gated recurrent unit over the steps of each user (Cho et al. 2014), in the form of cuDNN and
   * PyTorch: the reset gate acts on {@code W_hn h + b_hn}. The state before the first step is 0.
   * Tensors are named as PyTorch names them; the rows of the gates are reset, update, new.
   *
   * @param name prefix of the names of its four tensors
   * @param in width of its input
   * @param out width of its state, {@code H}
   */
  record Gru(String name, int in, int out) implements LayerSpec {
    /** Checks the widths. */
    public Gru {
      positive(in, 3 * out);
      positive(3 * out, out);
    }

    /** Name of what multiplies the input, {@code [3H, in]}. */
    public String inputWeight() {
      return name + ".weight_ih_l0";
    }

    /** Name of what multiplies the state, {@code [3H, H]}. */
    public String stateWeight() {
      return name + ".weight_hh_l0";
    }

    /** Name of the bias beside the input's weight, {@code [3H]}. */
    public String inputBias() {
      return name + ".bias_ih_l0";
    }

    /** Name of the bias beside the state's weight, {@code [3H]}. */
    public String stateBias() {
      return name + ".bias_hh_l0";
    }

    @Override
    public List<ParameterSpec> parameters() {
      return List.of(
          ParameterSpec.recurrent(inputWeight(), 3 * out, in, out),
          ParameterSpec.recurrent(stateWeight(), 3 * out, out, out),
          ParameterSpec.recurrent(inputBias(), 3 * out, 0, out),
          ParameterSpec.recurrent(stateBias(), 3 * out, 0, out));
    }
  }

  /**
   * The multinomial negative log-likelihood of the user's next items at each step, divided by how
   * many are to be predicted and summed over the user's steps.
   *
   * @param ahead how many of the next items; towards the end of a history there are fewer
   * @param window the most steps that gradients go back; 0 for all
   */
  record NextItemsLoss(int ahead, int window) implements LayerSpec {
    /** Checks the numbers. */
    public NextItemsLoss {
      if (ahead < 1 || window < 0) {
        throw new IllegalArgumentException(
            "expected to predict at least one item, in windows of at least one step, not %d and %d"
                .formatted(ahead, window));
      }
    }
  }

  /** {@code low + (high - low) / (1 + exp(-x))} of each value of a dense layer. */
  record Sigmoid(double low, double high) implements LayerSpec {
    /** The logistic function, from 0 to 1. */
    public Sigmoid() {
      this(0, 1);
    }

    /** Checks that the range is not empty. */
    public Sigmoid {
      if (!(low < high)) {
        throw new IllegalArgumentException(
            "a sigmoid needs a range, not from %s to %s".formatted(low, high));
      }
    }
  }

  /**
   * An affine layer that computes an output only where the user has the item, {@code [N]}; in
   * scoring, all of them, {@code [B, out]}.
   *
   * @param userBias whether its input has one more value, a bias of the user's own that is added to
   *     each of their outputs: {@code [B, in + 1]}
   */
  record ObservedLinear(String name, int in, int out, boolean userBias) implements Affine {
    /** Without a bias of the user's own. */
    public ObservedLinear(String name, int in, int out) {
      this(name, in, out, false);
    }

    /** Checks the widths. */
    public ObservedLinear {
      positive(in, out);
    }
  }

  /**
   * The squared error, summed over a user's values: those of the items that the user has where the
   * output is that of an {@link ObservedLinear}, otherwise of all items, absent ones being 0.
   */
  record SquaredError() implements LayerSpec {}

  /**
   * Makes each pair of an item and a rating a column of its own, {@code [B, I R]}, whose value is
   * 1: that of item {@code i} and the level {@code r} is column {@code i R + r}.
   *
   * @param levels the ratings that occur, ascending; another counts as the nearest of them
   */
  record RatingPairs(List<Float> levels) implements LayerSpec {}

  /**
   * In training drops each value of the sparse input with probability {@code rate}; unlike with
   * {@link Dropout}, what is kept stays as it is.
   */
  record Mask(double rate) implements LayerSpec {
    /** Checks that the rate is in {@code [0, 1)}. */
    public Mask {
      new Dropout(rate); // has the same range
    }
  }

  /** Divides each user's row by one more than the number of values in it that are not 0. */
  record CountNormalize() implements LayerSpec {}

  private static void positive(int in, int out) {
    if (in < 1 || out < 1) {
      throw new IllegalArgumentException(
          "a layer needs at least one input and one output, not %d and %d".formatted(in, out));
    }
    if ((long) in * out > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a weight of %d by %d is more than an array of Java can hold".formatted(out, in));
    }
  }
}
