package dev.elbo.reference.objective;

import dev.elbo.reference.layers.Parameter;
import java.util.Collection;

/** {@code lambda sum ||W||^2} over the weights that decay; its gradient is {@code 2 lambda W}. */
public class WeightDecay {

  public final double lambda;

  /** Of a strength. */
  public WeightDecay(double lambda) {
    this.lambda = lambda;
  }

  /** The term of the loss. */
  public double forward(Collection<Parameter> parameters) {
    double sum = 0;
    for (Parameter parameter : parameters) {
      if (parameter.decays()) {
        for (double w : parameter.value().data) {
          sum += w * w;
        }
      }
    }
    return lambda * sum;
  }

  /** Adds to the gradients, which are otherwise complete. */
  public void backward(Collection<Parameter> parameters) {
    for (Parameter parameter : parameters) {
      if (parameter.decays()) {
        double[] dW = parameter.gradient().data;
        for (int n = 0; n < dW.length; n++) {
          dW[n] += 2 * lambda * parameter.value().data[n];
        }
      }
    }
  }
}
