package dev.elbo.fast.input;

import dev.elbo.engine.Pass;
import dev.elbo.fast.layers.SparseRows;
import dev.elbo.linalg.Workers;

/** A layer on the sparse input. Nothing before it has parameters, so it needs no backward pass. */
public interface SparseLayer {

  /**
   * Computes the output.
   *
   * @param x the input. Modified where the layer works in place.
   * @param pass the noise of the pass
   * @param workers threads to use
   * @return the output
   */
  SparseRows forward(SparseRows x, Pass pass, Workers workers);
}
