package dev.elbo.reference;

import dev.elbo.engine.AdamOptions;
import dev.elbo.reference.layers.Parameter;

/**
 * Adam (Kingma and Ba 2015, algorithm 1), value by value:
 *
 * <pre>
 * m = b1 m + (1 - b1) g
 * v = b2 v + (1 - b2) g^2
 * theta -= rate(t) m / (sqrt(v) + epsilon(t))
 * </pre>
 *
 * {@link AdamOptions} has the two forms of the last line. Lazy Adam is the same, done later, which
 * {@link dev.elbo.engine.MissedUpdates} derives; here it is done at once.
 */
public final class Adam implements Optimizer {

  @Override
  public void update(Parameter parameter, long t, AdamOptions adam) {
    double rate = adam.rate(t);
    double epsilon = adam.epsilon(t);
    double[] g = parameter.gradient().data;
    double[] m = parameter.m().data;
    double[] v = parameter.v().data;
    double[] theta = parameter.value().data;
    for (int n = 0; n < theta.length; n++) {
      m[n] = adam.beta1() * m[n] + (1 - adam.beta1()) * g[n];
      v[n] = adam.beta2() * v[n] + (1 - adam.beta2()) * g[n] * g[n];
      theta[n] -= rate * m[n] / (Math.sqrt(v[n]) + epsilon);
    }
  }
}
