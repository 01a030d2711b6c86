package dev.elbo.fast.layers;

/**
 * Takes gradients as they come out of a backward pass. The optimizer is one: it consumes a piece
 * while it is in the cache, so that large gradients are never stored.
 */
@FunctionalInterface
public interface GradientSink {

  /** Whether the gradient of a parameter is wanted; others need not be computed. */
  default boolean wants(Parameter parameter) {
    return true;
  }

  /**
   * Whether the gradient of a parameter with a row for each item is wanted for all rows: of zeros
   * where an item has none. Otherwise a row without a gradient is left out, and a piece is some
   * whole rows.
   */
  default boolean wantsEveryRow(Parameter parameter) {
    return true;
  }

  /**
   * Takes a piece. Pieces of a parameter do not overlap, and come on any thread.
   *
   * @param parameter what it is the gradient of; may be modified in the range of the piece
   * @param at where in the parameter's array the piece begins
   * @param gradient array that holds the piece. Not modified.
   * @param from where in the array it begins
   * @param length how long it is
   */
  void accept(Parameter parameter, int at, float[] gradient, int from, int length);
}
