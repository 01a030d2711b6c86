package dev.elbo.own;

import java.util.function.Supplier;

/** Is told what somebody's own part computes. */
public interface Witness {

  /** Nobody looks: what the right part would compute is not computed. */
  Witness NONE = (_, _, _, _) -> {};

  /**
   * Something that the forward pass reads, for which the backward pass gives a gradient.
   *
   * @param name of the tensor
   * @param layout where its values stand
   */
  default void input(String name, Layout layout) {}

  /**
   * An output of the forward pass.
   *
   * @param name of the output, such as {@code y}
   * @param layout where its values stand
   * @param own what it is
   * @param right computes what it is to be, in the same order
   */
  void output(String name, Layout layout, double[] own, Supplier<double[]> right);
}
