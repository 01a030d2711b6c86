package dev.elbo.fast;

import static dev.elbo.linalg.VectorMath.SPECIES;

import dev.elbo.engine.AdamOptions;
import dev.elbo.fast.layers.GradientSink;
import dev.elbo.fast.layers.Parameter;
import dev.elbo.linalg.Rows;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * One update by Adam, in a single pass over values, moments and gradient; weight decay is added to
 * the gradient on the way. The formula stands at {@link dev.elbo.reference}'s Adam.
 */
final class Adam implements GradientSink {

  private final float beta1;
  private final float beta2;
  private final float oneMinusBeta1;
  private final float oneMinusBeta2;
  private final float rate;
  private final float epsilon;
  private final float twiceDecay;

  /**
   * @param adam the options
   * @param t number of the update, from 1
   * @param weightDecay lambda of {@code lambda sum ||W||^2}
   */
  Adam(AdamOptions adam, long t, double weightDecay) {
    beta1 = (float) adam.beta1();
    beta2 = (float) adam.beta2();
    oneMinusBeta1 = (float) (1 - adam.beta1()); // in float64: 0.999 has few digits left of 1
    oneMinusBeta2 = (float) (1 - adam.beta2());
    rate = (float) adam.rate(t);
    epsilon = (float) adam.epsilon(t);
    twiceDecay = (float) (2 * weightDecay);
  }

  @Override
  public void accept(Parameter parameter, int at, float[] gradient, int from, int length) {
    float decay = parameter.decays ? twiceDecay : 0;
    int whole = SPECIES.loopBound(length);
    for (int n = 0; n < whole; n += SPECIES.length()) {
      updateMoments(parameter, at + n, gradient, from + n, decay, null);
      move(parameter, at + n, rate, epsilon, null);
    }
    if (whole < length) {
      VectorMask<Float> rest = SPECIES.indexInRange(whole, length);
      updateMoments(parameter, at + whole, gradient, from + whole, decay, rest);
      move(parameter, at + whole, rate, epsilon, rest);
    }
  }

  // Two steps: the compiler does not inline all of them as one, and vectors become objects.
  private void updateMoments(
      Parameter parameter,
      int at,
      float[] gradient,
      int from,
      float decay,
      VectorMask<Float> mask) {
    FloatVector value = Rows.load(parameter.value, at, mask);
    FloatVector m = Rows.load(parameter.m, at, mask);
    FloatVector v = Rows.load(parameter.v, at, mask);
    FloatVector g = Rows.load(gradient, from, mask);
    g = value.fma(FloatVector.broadcast(SPECIES, decay), g);
    m = g.fma(FloatVector.broadcast(SPECIES, oneMinusBeta1), m.mul(beta1));
    v = g.mul(g).fma(FloatVector.broadcast(SPECIES, oneMinusBeta2), v.mul(beta2));
    Rows.store(m, parameter.m, at, mask);
    Rows.store(v, parameter.v, at, mask);
  }

  /** Moves a vector of values by {@code rate m / (sqrt(v) + epsilon)}. */
  static void move(Parameter parameter, int at, float rate, float epsilon, VectorMask<Float> mask) {
    FloatVector value = Rows.load(parameter.value, at, mask);
    FloatVector m = Rows.load(parameter.m, at, mask);
    FloatVector v = Rows.load(parameter.v, at, mask);
    Rows.store(value.sub(m.mul(rate).div(v.sqrt().add(epsilon))), parameter.value, at, mask);
  }
}
