package dev.elbo.gradients.mistakes;

import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.AdamOptions.Form;
import dev.elbo.reference.Optimizer;
import dev.elbo.reference.layers.Parameter;
import dev.elbo.reference.objective.WeightDecay;
import java.util.Collection;

/** Gradients and updates that differ from the right ones in a line. */
public final class WrongUpdates {

  private WrongUpdates() {}

  /**
   * Changes the sign of gradients when they are complete.
   *
   * @param right the last to add to them
   * @param name whose; empty for all
   */
  public static WeightDecay negated(WeightDecay right, String name) {
    return new WeightDecay(0) {
      @Override
      public double forward(Collection<Parameter> parameters) {
        return right.forward(parameters);
      }

      @Override
      public void backward(Collection<Parameter> parameters) {
        right.backward(parameters);
        for (Parameter parameter : parameters) {
          if (name.isEmpty() || name.equals(parameter.name())) {
            add(parameter.gradient().data, -2, parameter.gradient().data);
          }
        }
      }
    };
  }

  /** The other of the two forms of Adam. */
  public static AdamOptions otherForm(AdamOptions adam) {
    return adam.with(adam.form() == Form.TENSORFLOW ? Form.PYTORCH : Form.TENSORFLOW);
  }

  /** The two decays in each other's place. */
  public static AdamOptions exchanged(AdamOptions adam) {
    return new AdamOptions(
        adam.learningRate(), adam.beta2(), adam.beta1(), adam.epsilon(), adam.form());
  }

  /** {@code sqrt(v + epsilon)} for {@code sqrt(v) + epsilon}. */
  public static Optimizer epsilonInsideRoot(Optimizer right) {
    return (parameter, t, adam) -> {
      double[] theta = parameter.value().data;
      double[] before = theta.clone();
      right.update(parameter, t, adam);
      double epsilon = adam.epsilon(t) * adam.epsilon(t) / adam.epsilon();
      for (int n = 0; n < theta.length; n++) {
        double root = Math.sqrt(parameter.v().data[n] + epsilon);
        theta[n] = before[n] - adam.rate(t) * parameter.m().data[n] / root;
      }
    };
  }

  /** {@code theta -= lr g}. */
  public static Optimizer gradientDescent() {
    return (parameter, _, adam) ->
        add(parameter.value().data, -adam.learningRate(), parameter.gradient().data);
  }

  /** Weight decay beside the optimizer, of all parameters. */
  public static Optimizer decoupled(Optimizer right, double lambda) {
    return (parameter, t, adam) -> {
      double[] before = parameter.value().data.clone();
      right.update(parameter, t, adam);
      add(parameter.value().data, -adam.learningRate() * lambda, before);
    };
  }

  /** Weight decay in the optimizer, of all parameters. */
  public static Optimizer decaying(Optimizer right, double lambda) {
    return (parameter, t, adam) -> {
      add(parameter.gradient().data, lambda, parameter.value().data);
      right.update(parameter, t, adam);
    };
  }

  private static void add(double[] to, double factor, double[] values) {
    for (int n = 0; n < to.length; n++) {
      to[n] += factor * values[n];
    }
  }
}
