package dev.elbo.fast;

import dev.elbo.engine.Pass;

/** A layer on the sparse input. Nothing before it has parameters, so it needs no backward pass. */
interface SparseLayer {

  /**
   * Computes the output in place.
   *
   * @param x the input. Modified: the output.
   * @param pass the noise of the pass
   * @param workers threads to use
   */
  void forward(SparseRows x, Pass pass, Workers workers);
}
