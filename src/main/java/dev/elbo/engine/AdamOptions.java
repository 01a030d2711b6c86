package dev.elbo.engine;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.elbo.io.OptionName;

/**
 * How Adam updates (Kingma and Ba 2015).
 *
 * @param learningRate step size
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon added to the root of the second moment, at least 1e-30
 * @param form where epsilon is added
 * @param lazy whether rows of items that an update with sampled outputs has no gradient for are
 *     left as they are until they are needed, as {@link MissedUpdates} has it: so that the time of
 *     an update does not depend on the number of items. The results are the same up to rounding,
 *     and an engine may do all at once; it does where weight decay gives every row a gradient
 */
public record AdamOptions(
    double learningRate,
    double beta1,
    double beta2,
    @JsonProperty("adamEpsilon") @JsonAlias("epsilon") double epsilon, // the name in older models
    @JsonProperty("adam") Form form,
    @JsonProperty("lazyAdam") @JsonSetter(nulls = Nulls.SET) Boolean lazy) {

  /** Far from where float32 has only 0: where no gradient ever was, epsilon alone divides. */
  private static final double SMALLEST_EPSILON = 1e-30;

  /** The two forms in use; they differ only in what epsilon is added to. */
  public enum Form {
    /**
     * The end of the paper's section 2: {@code theta -= lr sqrt(1 - b2^t) / (1 - b1^t) * m /
     * (sqrt(v) + eps)}. The authors' code runs on it; Keras has it with an epsilon of 1e-7.
     */
    TENSORFLOW,
    /**
     * The paper's algorithm 1: {@code theta -= lr m^ / (sqrt(v^) + eps)}, moments corrected first.
     */
    PYTORCH;

    /** The name on the command line: {@code tensorflow}, {@code pytorch}. */
    @Override
    public String toString() {
      return OptionName.of(this);
    }
  }

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is outside its range
   */
  public AdamOptions {
    lazy = lazy != null && lazy; // older models do not say
    if (!(learningRate > 0 && learningRate < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("the learning rate must be positive: " + learningRate);
    }
    if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
      throw new IllegalArgumentException(
          "Adam needs betas in [0, 1): %s, %s".formatted(beta1, beta2));
    }
    if (!(epsilon >= SMALLEST_EPSILON && epsilon < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "adamEpsilon: expected a number of at least %s, found %s"
              .formatted(SMALLEST_EPSILON, epsilon));
    }
    if (lazy && beta1 >= beta2) {
      throw new IllegalArgumentException(
          "lazyAdam: expected a beta1 below beta2, found %s and %s".formatted(beta1, beta2));
    }
  }

  /** Adam that is not lazy. */
  public AdamOptions(double learningRate, double beta1, double beta2, double epsilon, Form form) {
    this(learningRate, beta1, beta2, epsilon, form, /* lazy= */ false);
  }

  /** The paper's constants with TensorFlow's form. */
  public static AdamOptions of(double learningRate) {
    return new AdamOptions(learningRate, 0.9, 0.999, 1e-8, Form.TENSORFLOW);
  }

  /** The same in another form. */
  public AdamOptions with(Form other) {
    return new AdamOptions(learningRate, beta1, beta2, epsilon, other, lazy);
  }

  /** The same with another learning rate. */
  public AdamOptions with(double otherRate) {
    return new AdamOptions(otherRate, beta1, beta2, epsilon, form, lazy);
  }

  /** The same, lazy or not. */
  public AdamOptions with(boolean otherLazy) {
    return new AdamOptions(learningRate, beta1, beta2, epsilon, form, otherLazy);
  }

  /**
   * The factor of {@code m / (sqrt(v) + epsilon(t))} in update {@code t}: both forms are written
   * this way, so that one loop serves them.
   *
   * @param t number of the update, from 1
   */
  public double rate(long t) {
    return learningRate
        * Math.sqrt(1 - StrictMath.pow(beta2, (double) t))
        / (1 - StrictMath.pow(beta1, (double) t));
  }

  /**
   * What is added to {@code sqrt(v)} in update {@code t}. PyTorch's form divides {@code sqrt(v)} by
   * {@code c = sqrt(1 - b2^t)} before it adds epsilon; multiplied through by {@code c}, that is
   * epsilon times {@code c}.
   *
   * @param t number of the update, from 1
   */
  public double epsilon(long t) {
    return switch (form) {
      case TENSORFLOW -> epsilon;
      case PYTORCH -> epsilon * Math.sqrt(1 - StrictMath.pow(beta2, (double) t));
    };
  }
}
