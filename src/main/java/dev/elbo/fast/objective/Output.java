package dev.elbo.fast.objective;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Outputs;
import dev.elbo.engine.Scorer;
import dev.elbo.fast.layers.GradientSink;
import dev.elbo.linalg.Matrix;

/** The end of a model: what training makes small, and what scoring gives. */
public interface Output {

  /**
   * Computes the loss.
   *
   * @param y the output of the layers before. Not modified.
   * @param x what is to be predicted, {@code [B, I]}
   * @param outputs which outputs {@code y} has
   * @param divisor what the sum over rows is divided by
   * @return the loss, mean over users
   */
  double forward(Matrix y, CsrMatrix x, Outputs outputs, double divisor);

  /**
   * Computes the gradients.
   *
   * @param sink takes the gradients of parameters
   * @param further whether a layer before this one needs a gradient
   * @return gradient with respect to {@code y} of the last {@code forward}; may be null if none
   *     does
   */
  Matrix backward(GradientSink sink, boolean further);

  /**
   * Gives the scores of all items.
   *
   * @param y the output of the layers before. Not modified.
   * @param sink receives each user's scores
   */
  void scores(Matrix y, Scorer.Sink sink);
}
