package dev.elbo.gradients.check;

import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * A scalar function of some tensors, and the gradient that a backward pass claims for it.
 *
 * @param variables the tensors that the function reads, with the claimed gradients
 * @param f the function: it reads the variables' arrays anew each time
 */
public record Claim(List<Variable> variables, DoubleSupplier f) {

  /**
   * One tensor.
   *
   * @param name its name
   * @param values its values. A check modifies and restores them.
   * @param gradient the claimed derivative of the function with respect to each value
   */
  public record Variable(String name, double[] values, double[] gradient) {

    /**
     * Checks that there is one derivative per value.
     *
     * @throws IllegalArgumentException if there is not
     */
    public Variable {
      if (values.length != gradient.length) {
        throw new IllegalArgumentException(
            "%s: %d values, but %d derivatives".formatted(name, values.length, gradient.length));
      }
    }
  }

  /** Copies the list. */
  public Claim {
    variables = List.copyOf(variables);
  }

  /** The same claim about a function that is computed to float32's 24 bits only. */
  public Claim inFloat32() {
    return new Claim(variables, () -> (float) f.getAsDouble());
  }
}
