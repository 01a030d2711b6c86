package dev.elbo.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.elbo.io.OptionName;
import java.util.random.RandomGenerator;

/**
 * How initial values are drawn. Ports of the authors' code differ in this.
 *
 * @param weights how a weight {@code [out, in]} is drawn
 * @param biases how a bias {@code [out]} is drawn
 * @param firstPrior the encoder that a prior which takes copies of it remembers before the first
 */
public record Initialization(
    @JsonProperty("initWeights") Weights weights,
    @JsonProperty("initBiases") Biases biases,
    FirstPrior firstPrior) {

  /** The authors' (Liang et al. 2018). */
  public static final Initialization LIANG =
      new Initialization(Weights.XAVIER_UNIFORM, Biases.TRUNCATED_NORMAL);

  /** What PyTorch's {@code Linear} does unless told otherwise. */
  public static final Initialization PYTORCH = new Initialization(Weights.PYTORCH, Biases.PYTORCH);

  /** The encoder that a mixture remembers before the first copy. */
  public enum FirstPrior {
    /** One of its own initial values, as in the code of RecVAE's authors. */
    DRAWN,
    /** The encoder as it starts. */
    COPY;

    /** The name on the command line: {@code drawn}, {@code copy}. */
    @Override
    public String toString() {
      return OptionName.of(this);
    }
  }

  /** Weights and biases so, and an encoder of its own for a prior that remembers one. */
  public Initialization(Weights weights, Biases biases) {
    this(weights, biases, FirstPrior.DRAWN);
  }

  private static final double BIAS_DEVIATION = 0.001;

  /** How one value of a weight is drawn. */
  public enum Weights {
    /** Uniform in {@code +-sqrt(6 / (in + out))} (Glorot and Bengio 2010, equation 16). */
    XAVIER_UNIFORM {
      @Override
      double draw(RandomGenerator random, int in, int out) {
        return Math.sqrt(6.0 / (in + out)) * (2 * random.nextDouble() - 1);
      }
    },
    /** Normal with the same variance, {@code 2 / (in + out)}. */
    XAVIER_NORMAL {
      @Override
      double draw(RandomGenerator random, int in, int out) {
        return Math.sqrt(2.0 / (in + out)) * random.nextGaussian();
      }
    },
    /**
     * Uniform in {@code +-1 / sqrt(in)}: what PyTorch's {@code Linear} does unless told otherwise
     * (He et al. 2015 with the slope {@code sqrt(5)}).
     */
    PYTORCH {
      @Override
      double draw(RandomGenerator random, int in, int out) {
        return (2 * random.nextDouble() - 1) / Math.sqrt(in);
      }
    };

    /**
     * One value.
     *
     * @param random where it is drawn from
     * @param in inputs of the layer
     * @param out outputs of the layer
     */
    abstract double draw(RandomGenerator random, int in, int out);

    /** The name on the command line: {@code xavier-uniform}. */
    @Override
    public String toString() {
      return OptionName.of(this);
    }
  }

  /** How one value of a bias is drawn. */
  public enum Biases {
    /** Normal with deviation 0.001, drawn again beyond two deviations. */
    TRUNCATED_NORMAL {
      @Override
      double draw(RandomGenerator random, int in) {
        double normal = random.nextGaussian();
        while (Math.abs(normal) > 2) {
          normal = random.nextGaussian();
        }
        return BIAS_DEVIATION * normal;
      }
    },
    /** Normal with deviation 0.001. */
    NORMAL {
      @Override
      double draw(RandomGenerator random, int in) {
        return BIAS_DEVIATION * random.nextGaussian();
      }
    },
    /** Zero. */
    ZERO {
      @Override
      double draw(RandomGenerator random, int in) {
        return 0;
      }
    },
    /** Uniform in {@code +-1 / sqrt(in)}, as PyTorch's {@code Linear} does. */
    PYTORCH {
      @Override
      double draw(RandomGenerator random, int in) {
        return (2 * random.nextDouble() - 1) / Math.sqrt(in);
      }
    };

    /**
     * One value.
     *
     * @param random where it is drawn from
     * @param in inputs of the layer
     */
    abstract double draw(RandomGenerator random, int in);

    /** The name on the command line: {@code truncated-normal}. */
    @Override
    public String toString() {
      return OptionName.of(this);
    }
  }
}
