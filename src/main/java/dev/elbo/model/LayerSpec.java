package dev.elbo.model;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What one layer computes, without saying how: what it takes, what it gives, and its parameters. An
 * engine lowers layers in one exhaustive {@code switch}, so an engine that lacks one does not
 * compile.
 */
public sealed interface LayerSpec {

  /** The kind of layer, as messages and activations name it. */
  default String kind() {
    return getClass().getSimpleName();
  }

  /**
   * What the layer gives.
   *
   * @param input what it is given
   * @return empty if it cannot take that
   */
  Optional<Shape> after(Shape input);

  /** What training changes in the layer, in the order of files. */
  default List<ParameterSpec> parameters() {
    return List.of();
  }

  /** A layer on sparse rows that changes what is stored, each row by itself. */
  sealed interface Rowwise extends LayerSpec {
    @Override
    default Optional<Shape> after(Shape input) {
      return input instanceof Shape.Stored rows
          ? Optional.of(new Shape.Sparse(rows.columns()))
          : Optional.empty();
    }
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

  /** Scales each user's row to unit Euclidean length; an empty row stays empty. */
  record L2Normalize() implements Rowwise {}

  /** Divides each user's row by one more than the number of values in it that are not 0. */
  record CountNormalize() implements Rowwise {}

  /**
   * In training drops each value of the sparse input with probability {@code rate}; unlike with
   * {@link Dropout}, what is kept stays as it is.
   */
  record Mask(double rate) implements Rowwise {
    /** Checks that the rate is in {@code [0, 1)}. */
    public Mask {
      new Dropout(rate); // has the same range
    }
  }

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

    @Override
    public Optional<Shape> after(Shape input) {
      return switch (input) {
        case Shape.Stored rows -> Optional.of(new Shape.Sparse(rows.columns()));
        case Shape.Dense(_, boolean ofSteps) when !ofSteps -> Optional.of(input);
        default -> Optional.empty();
      };
    }
  }

  /** The hyperbolic tangent of each value, of the sparse input or of a dense layer. */
  record Tanh() implements LayerSpec {
    @Override
    public Optional<Shape> after(Shape input) {
      return switch (input) {
        case Shape.Stored rows -> Optional.of(new Shape.Sparse(rows.columns()));
        case Shape.Dense _ -> Optional.of(input);
        case Shape.Sequence _, Shape.Observed _ -> Optional.empty();
      };
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

    @Override
    public Optional<Shape> after(Shape input) {
      return switch (input) {
        case Shape.Dense _, Shape.Observed _ -> Optional.of(input);
        case Shape.Stored _, Shape.Sequence _ -> Optional.empty();
      };
    }
  }

  /** {@code x / (1 + exp(-x))} of each value of a dense layer (Ramachandran et al. 2017). */
  record Swish() implements LayerSpec {
    @Override
    public Optional<Shape> after(Shape input) {
      return input instanceof Shape.Dense ? Optional.of(input) : Optional.empty();
    }
  }

  /**
   * Layer normalisation (Ba, Kiros and Hinton 2016): each row less its mean, divided by its
   * deviation, times a gain, plus a bias.
   *
   * @param name prefix of the names of its two tensors, {@code .weight} and {@code .bias [width]}
   * @param width of its input, {@code H}
   * @param epsilon what is added to the variance
   */
  record LayerNorm(String name, int width, double epsilon) implements LayerSpec {
    /** Checks the width, and that epsilon is above 0. */
    public LayerNorm {
      positive(width, 1);
      if (!(epsilon > 0 && epsilon < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("layer normalisation needs an epsilon above 0");
      }
    }

    /** Name of the gain, {@code [width]}. */
    public String gain() {
      return name + ".weight";
    }

    /** Name of the bias, {@code [width]}. */
    public String bias() {
      return name + ".bias";
    }

    @Override
    public Optional<Shape> after(Shape input) {
      return input instanceof Shape.Dense(int in, _) && in == width
          ? Optional.of(input)
          : Optional.empty();
    }

    @Override
    public List<ParameterSpec> parameters() {
      return List.of(ParameterSpec.ones(gain(), width), ParameterSpec.zeros(bias(), width));
    }
  }

  /**
   * Layers with skip connections to all that follow (the encoder of RecVAE, Shenbin et al. 2020,
   * figure 2): of the input {@code h_1},
   *
   * <pre>
   * h_n = T_n(W_n h_(n-1) + b_n + h_1 + ... + h_(n-1)),      n = 2 ... N
   * </pre>
   *
   * @param blocks from {@code n = 2} on, all of one width
   */
  record Residual(List<Block> blocks) implements LayerSpec {

    /**
     * One step from {@code h_(n-1)} to {@code h_n}.
     *
     * @param affine {@code W_n} and {@code b_n}
     * @param then the layers of {@code T_n}, without dropout
     */
    public record Block(Linear affine, List<LayerSpec> then) {
      /** Copies the list. */
      public Block {
        then = List.copyOf(then);
      }

      private List<LayerSpec> layers() {
        return Stream.concat(Stream.of(affine), then.stream()).toList();
      }
    }

    /** Copies the list. */
    public Residual {
      blocks = List.copyOf(blocks);
    }

    @Override
    public Optional<Shape> after(Shape input) {
      for (Block block : blocks) {
        Optional<Shape> output = Optional.of(input);
        for (LayerSpec layer : block.layers()) {
          output = layer instanceof Dropout ? Optional.empty() : output.flatMap(layer::after);
        }
        if (!output.equals(Optional.of(input))) {
          return Optional.empty();
        }
      }
      return Optional.of(input);
    }

    @Override
    public List<ParameterSpec> parameters() {
      return blocks.stream()
          .flatMap(block -> block.layers().stream())
          .flatMap(layer -> layer.parameters().stream())
          .toList();
    }
  }

  /**
   * Affine layers of the same input, their outputs beside each other.
   *
   * @param branches the layers, from the first columns of the output on
   */
  record Heads(List<Linear> branches) implements LayerSpec {
    /** Checks that all read the same width, and copies the list. */
    public Heads {
      branches = List.copyOf(branches);
      if (branches.stream().map(Linear::in).distinct().count() != 1) {
        throw new IllegalArgumentException("heads read one input, not several: " + branches);
      }
    }

    @Override
    public Optional<Shape> after(Shape input) {
      return input instanceof Shape.Dense dense && dense.width() == branches.getFirst().in()
          ? Optional.of(dense.ofWidth(branches.stream().mapToInt(Linear::out).sum()))
          : Optional.empty();
    }

    @Override
    public List<ParameterSpec> parameters() {
      return branches.stream().flatMap(branch -> branch.parameters().stream()).toList();
    }
  }

  /** An affine layer whose input is a sparse batch {@code [B, in]}. */
  record SparseLinear(String name, int in, int out) implements Affine {
    /** Checks the widths. */
    public SparseLinear {
      positive(in, out);
    }

    @Override
    public Optional<Shape> after(Shape input) {
      return input instanceof Shape.Stored rows && rows.columns() == in
          ? Optional.of(new Shape.Dense(out, /* ofSteps= */ false))
          : Optional.empty();
    }
  }

  /** An affine layer whose input is dense. */
  record Linear(String name, int in, int out) implements Affine {
    /** Checks the widths. */
    public Linear {
      positive(in, out);
    }

    @Override
    public Optional<Shape> after(Shape input) {
      return input instanceof Shape.Dense dense && dense.width() == in
          ? Optional.of(dense.ofWidth(out))
          : Optional.empty();
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

    @Override
    public Optional<Shape> after(Shape input) {
      return input.equals(new Shape.Dense(userBias ? in + 1 : in, /* ofSteps= */ false))
          ? Optional.of(new Shape.Observed(out))
          : Optional.empty();
    }
  }

  /**
   * The stochastic layer of a variational autoencoder: reads mean and log-variance, {@code [B,
   * 2K]}, the mean first; gives {@code mu + eps * exp(logvar / 2)}, {@code [B, K]}, and adds the
   * Kullback-Leibler divergence from the prior to the objective.
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

    @Override
    public Optional<Shape> after(Shape input) {
      return input instanceof Shape.Dense dense && dense.width() == 2 * latent
          ? Optional.of(dense.ofWidth(latent))
          : Optional.empty();
    }
  }

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
    public Optional<Shape> after(Shape input) {
      return input.equals(new Shape.Items(in))
          ? Optional.of(new Shape.Sequence(out))
          : Optional.empty();
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
    public Optional<Shape> after(Shape input) {
      return input.equals(new Shape.Sequence(in))
          ? Optional.of(new Shape.Dense(out, /* ofSteps= */ true))
          : Optional.empty();
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
   * Makes each pair of an item and a rating a column of its own, {@code [B, I R]}, whose value is
   * 1: that of item {@code i} and the level {@code r} is column {@code i R + r}.
   *
   * @param levels the ratings that occur, ascending; another counts as the nearest of them
   */
  record RatingPairs(List<Float> levels) implements LayerSpec {
    @Override
    public Optional<Shape> after(Shape input) {
      return input instanceof Shape.Items(int items)
          ? Optional.of(new Shape.Sparse(Math.multiplyExact(items, levels.size())))
          : Optional.empty();
    }
  }

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
