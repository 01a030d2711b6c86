package dev.elbo.reference.objective;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Outputs;
import org.ejml.data.DMatrixRMaj;

/** How a network's output is held against the users' items. */
public interface Reconstruction {

  /**
   * Computes the loss.
   *
   * @param y the output of the layer before. Not modified.
   * @param x what is to be predicted, {@code [B, I]}
   * @param outputs which outputs {@code y} has
   * @param divisor what the sum over rows is divided by
   * @return the loss, mean over users
   */
  double forward(DMatrixRMaj y, CsrMatrix x, Outputs outputs, double divisor);

  /**
   * Computes the gradient.
   *
   * @return gradient with respect to {@code y} of the last {@code forward}
   */
  DMatrixRMaj backward();
}
