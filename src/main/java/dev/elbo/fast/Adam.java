package dev.elbo.fast;

import static dev.elbo.fast.VectorMath.SPECIES;

import dev.elbo.engine.AdamOptions;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * One update by Adam, in a single pass over values, moments and gradient; weight decay is added to
 * the gradient on the way. The formula stands at {@link dev.elbo.reference}'s Adam.
 */
final class Adam implements GradientSink {

  private final float beta1;
  private final float beta2;
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
    rate = (float) adam.rate(t);
    epsilon = (float) adam.epsilon(t);
    twiceDecay = (float) (2 * weightDecay);
  }

  @Override
  public void accept(Parameter parameter, int at, float[] gradient, int from, int length) {
    float decay = parameter.decays() ? twiceDecay : 0;
    int whole = SPECIES.loopBound(length);
    VectorMask<Float> all = SPECIES.maskAll(true);
    for (int n = 0; n < whole; n += SPECIES.length()) {
      update(parameter, at + n, gradient, from + n, decay, all);
    }
    if (whole < length) {
      VectorMask<Float> rest = SPECIES.indexInRange(whole, length);
      update(parameter, at + whole, gradient, from + whole, decay, rest);
    }
  }

  private void update(
      Parameter parameter,
      int at,
      float[] gradient,
      int from,
      float decay,
      VectorMask<Float> mask) {
    FloatVector value = FloatVector.fromArray(SPECIES, parameter.value(), at, mask);
    FloatVector m = FloatVector.fromArray(SPECIES, parameter.m(), at, mask);
    FloatVector v = FloatVector.fromArray(SPECIES, parameter.v(), at, mask);
    FloatVector g = FloatVector.fromArray(SPECIES, gradient, from, mask);
    g = value.fma(FloatVector.broadcast(SPECIES, decay), g);
    m = g.fma(FloatVector.broadcast(SPECIES, 1 - beta1), m.mul(beta1));
    v = g.mul(g).fma(FloatVector.broadcast(SPECIES, 1 - beta2), v.mul(beta2));
    m.intoArray(parameter.m(), at, mask);
    v.intoArray(parameter.v(), at, mask);
    value.sub(m.mul(rate).div(v.sqrt().add(epsilon))).intoArray(parameter.value(), at, mask);
  }
}
