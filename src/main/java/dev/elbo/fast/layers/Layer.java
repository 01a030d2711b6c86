package dev.elbo.fast.layers;

import dev.elbo.engine.Pass;
import dev.elbo.linalg.Matrix;

/**
 * A layer of a {@code Chain} on dense activations, {@code [B, width]}, row-major. {@code forward}
 * keeps in fields what {@code backward} needs, so the two are called in turn, and a layer is in one
 * pass at a time. Outputs are valid until the next pass.
 */
public interface Layer {

  /**
   * Computes the output.
   *
   * @param x the input. Modified where the layer works in place.
   * @param pass the noise of the pass, and the weight of the KL term
   */
  Matrix forward(Matrix x, Pass pass);

  /**
   * Computes the gradients: those of parameters go to the sink, after the layer has no more use for
   * the parameter.
   *
   * @param dY gradient with respect to the output of the last {@code forward}. Modified where the
   *     layer works in place.
   * @param sink takes the gradients of parameters
   * @return gradient with respect to the input
   */
  Matrix backward(Matrix dY, GradientSink sink);
}
