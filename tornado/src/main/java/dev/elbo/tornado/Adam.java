package dev.elbo.tornado;

import dev.elbo.engine.AdamOptions;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** One update by Adam; weight decay is added to the gradient on the way. */
final class Adam {

  private static final int BETA1 = 0;
  private static final int ONE_MINUS_BETA1 = 1;
  private static final int BETA2 = 2;
  private static final int ONE_MINUS_BETA2 = 3;
  private static final int RATE = 4;
  private static final int EPSILON = 5;

  /** 1 if the update changes the block, otherwise 0. */
  private static final int CHANGES = 6;

  private Adam() {}

  /** Room for {@link #set}. */
  static FloatArray hyperParameters() {
    return new FloatArray(7);
  }

  /**
   * Writes what the kernel needs of an update.
   *
   * @param hyper from {@link #hyperParameters}. Modified.
   * @param adam the options
   * @param t number of the update, from 1
   */
  static void set(FloatArray hyper, AdamOptions adam, long t) {
    hyper.set(BETA1, (float) adam.beta1());
    hyper.set(ONE_MINUS_BETA1, (float) (1 - adam.beta1())); // in float64: 0.999 has few digits left
    hyper.set(BETA2, (float) adam.beta2());
    hyper.set(ONE_MINUS_BETA2, (float) (1 - adam.beta2()));
    hyper.set(RATE, (float) adam.rate(t));
    hyper.set(EPSILON, (float) adam.epsilon(t));
    hyper.set(CHANGES, 1);
  }

  /**
   * Writes that an update leaves a block alone.
   *
   * @param hyper from {@link #hyperParameters}. Modified.
   */
  static void leaveAlone(FloatArray hyper) {
    hyper.set(CHANGES, 0);
  }

  /**
   * The kernel.
   *
   * @param hyper as {@link #set} wrote it
   * @param gradient without weight decay
   * @param m first moment. Modified.
   * @param v second moment. Modified.
   * @param value the parameter. Modified.
   * @param twiceDecay {@code 2 lambda}; 0 for a bias
   * @param size number of values
   */
  static void update(
      FloatArray hyper,
      FloatArray gradient,
      FloatArray m,
      FloatArray v,
      FloatArray value,
      float twiceDecay,
      int size) {
    for (@Parallel int n = 0; n < size; n++) {
      if (hyper.get(CHANGES) > 0f) {
        float theta = value.get(n);
        float g = gradient.get(n) + twiceDecay * theta;
        float first = hyper.get(BETA1) * m.get(n) + hyper.get(ONE_MINUS_BETA1) * g;
        float second = hyper.get(BETA2) * v.get(n) + hyper.get(ONE_MINUS_BETA2) * g * g;
        m.set(n, first);
        v.set(n, second);
        value.set(
            n, theta - hyper.get(RATE) * first / (TornadoMath.sqrt(second) + hyper.get(EPSILON)));
      }
    }
  }
}
