package dev.elbo.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What a model of sequences has besides the widths of its layers. The paper of SVAE and its
 * authors' code differ in some of it.
 *
 * @param ahead how many of the next items each step predicts
 * @param window the most steps that gradients go back, and items that are read in scoring; 0 for
 *     all
 * @param logDeviation whether the sample takes for the logarithm of the deviation what the
 *     divergence takes for that of the variance
 * @param meanOverSteps whether a user's divergence is the mean over steps instead of the sum
 */
public record SequenceOptions(
    @JsonProperty("next") int ahead,
    int window,
    boolean logDeviation,
    @JsonProperty("meanKlOfSteps") boolean meanOverSteps) {

  /** The paper's, with whole histories. */
  public static final SequenceOptions SACHDEVA = new SequenceOptions(4, 0, false, false);

  /** Checks the numbers. */
  public SequenceOptions {
    new Objective.NextItemsLoss(ahead, window); // has the same ranges
  }
}
