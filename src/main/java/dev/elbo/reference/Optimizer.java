package dev.elbo.reference;

import dev.elbo.engine.AdamOptions;
import dev.elbo.reference.layers.Parameter;

/** How a gradient changes a parameter. */
@FunctionalInterface
public interface Optimizer {

  /**
   * One update of one tensor.
   *
   * @param parameter its value, gradient and moments. Modified.
   * @param t number of the update, from 1
   * @param adam the constants
   */
  void update(Parameter parameter, long t, AdamOptions adam);
}
