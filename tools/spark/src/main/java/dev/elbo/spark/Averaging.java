package dev.elbo.spark;

import java.io.Serializable;

/** What tasks average that train together. */
sealed interface Averaging extends Serializable {

  /** The gradients of each update: it is that of one machine, up to rounding. */
  record OfGradients() implements Averaging {}

  /**
   * Parameters and Adam's moments, after each task has made some updates by its own share of each
   * batch: less is sent, and the model is another.
   *
   * @param every number of updates
   */
  record OfParameters(int every) implements Averaging {}
}
