package dev.elbo.reference.layers;

import dev.elbo.engine.Pass;
import java.util.List;

/**
 * One layer of a {@code Chain}. {@code forward} keeps in fields what {@code backward} needs, so the
 * two are called in turn, and a layer is in one pass at a time.
 *
 * @param <X> type of the input
 * @param <Y> type of the output
 */
public interface Layer<X, Y> {

  /**
   * Computes the output.
   *
   * @param x the input. Not modified.
   * @param pass the noise of the pass, and the weight of the KL term
   * @return the output, {@code [B, out]}
   */
  Y forward(X x, Pass pass);

  /**
   * Computes the gradients of the loss with respect to the layer's parameters, which are
   * overwritten, and with respect to its input.
   *
   * @param dY gradient with respect to the output of the last {@code forward}. Not modified.
   * @return gradient with respect to its input
   */
  X backward(Y dY);

  /**
   * The same without the gradient with respect to its input, for the first layer with parameters:
   * nobody asks for what would go further back.
   *
   * @param dY gradient with respect to the output of the last {@code forward}. Not modified.
   */
  default void backwardParameters(Y dY) {
    backward(dY);
  }

  /** The layer's parameters with their gradients. */
  default List<Parameter> parameters() {
    return List.of();
  }
}
