package dev.elbo.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * What training makes small, mean over users: how badly the input is reconstructed, the divergence
 * of the latent layer from its prior times a weight that an update gives, and weight decay.
 *
 * @param reconstruction the first
 * @param prior what the latent layer is held against; without one, it says nothing
 * @param weightDecay lambda of {@code lambda * sum ||W||^2} over the weights, biases excepted
 */
public record Objective(Reconstruction reconstruction, Prior prior, double weightDecay) {

  /**
   * Checks the weight decay.
   *
   * @throws IllegalArgumentException if it is negative or not finite
   */
  public Objective {
    if (!(weightDecay >= 0 && weightDecay < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("weight decay must not be negative: " + weightDecay);
    }
  }

  /** How the network's output is held against the user's items. */
  public sealed interface Reconstruction {
    /** The kind of loss, as messages and activations name it. */
    default String kind() {
      return getClass().getSimpleName();
    }

    /**
     * Whether it takes what a network gives.
     *
     * @param output the network's output
     * @param items number of items, {@code I}
     */
    boolean takes(Shape output, int items);
  }

  /** The multinomial negative log-likelihood of the user's items under {@code softmax(logits)}. */
  public record MultinomialLoss() implements Reconstruction {
    @Override
    public boolean takes(Shape output, int items) {
      return output.equals(new Shape.Dense(items, /* ofSteps= */ false));
    }
  }

  /**
   * The squared error, summed over a user's values: those of the items that the user has where the
   * output is that of an {@link LayerSpec.ObservedLinear}, otherwise of all items, absent ones
   * being 0.
   */
  public record SquaredError() implements Reconstruction {
    @Override
    public boolean takes(Shape output, int items) {
      return output.equals(new Shape.Dense(items, /* ofSteps= */ false))
          || output.equals(new Shape.Observed(items));
    }
  }

  /**
   * The multinomial negative log-likelihood of the user's next items at each step, divided by how
   * many are to be predicted and summed over the user's steps.
   *
   * @param ahead how many of the next items; towards the end of a history there are fewer
   * @param window the most steps that gradients go back; 0 for all
   */
  public record NextItemsLoss(int ahead, int window) implements Reconstruction {
    /** Checks the numbers. */
    public NextItemsLoss {
      if (ahead < 1 || window < 0) {
        throw new IllegalArgumentException(
            "expected to predict at least one item, in windows of at least one step, not %d and %d"
                .formatted(ahead, window));
      }
    }

    @Override
    public boolean takes(Shape output, int items) {
      return output.equals(new Shape.Dense(items, /* ofSteps= */ true));
    }
  }

  /** A distribution over the latent units, the same for each of them. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "prior")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = StandardNormal.class, name = "standard"),
    @JsonSubTypes.Type(value = Composite.class, name = "composite")
  })
  public sealed interface Prior {}

  /** Mean 0, variance 1: the divergence has a closed form. */
  public record StandardNormal() implements Prior {}

  /**
   * The mixture of RecVAE (Shenbin et al. 2020, equation 5): a standard normal, what an earlier
   * encoder gave for the user, and a wide normal. The divergence is estimated at the drawn {@code
   * z}.
   *
   * @param standard weight of {@code N(0, 1)}
   * @param old weight of {@code N(mu_old, exp(lv_old))}
   * @param wide weight of {@code N(0, exp(wideLogVariance))}
   * @param wideLogVariance logarithm of the wide normal's variance
   */
  public record Composite(
      @JsonProperty("standardWeight") double standard,
      @JsonProperty("oldWeight") double old,
      @JsonProperty("wideWeight") double wide,
      double wideLogVariance)
      implements Prior {
    /** The paper's: 3/20, 3/4 and 1/10, the wide one of variance {@code e^10}. */
    public static final Composite SHENBIN = new Composite(0.15, 0.75, 0.1, 10);

    /** Checks that the weights are positive and sum to 1, and that the variance is finite. */
    public Composite {
      if (!(standard > 0 && old > 0 && wide > 0) || Math.abs(standard + old + wide - 1) > 1e-9) {
        throw new IllegalArgumentException(
            "a mixture needs positive weights with the sum 1, not %s, %s and %s"
                .formatted(standard, old, wide));
      }
      if (!Double.isFinite(wideLogVariance)) {
        throw new IllegalArgumentException(
            "a mixture needs a finite logarithm of the wide variance, not " + wideLogVariance);
      }
    }
  }
}
