package dev.elbo.tornado;

import dev.elbo.engine.AdamOptions;
import dev.elbo.tornado.layers.Parameter;
import dev.elbo.tornado.layers.Tasks;
import java.util.ArrayList;
import java.util.List;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

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

  /**
   * Parameters of a task. Each is four arrays, and a task takes 20 arguments; all of a model in one
   * would have to lie in one array, and every kernel to know where.
   */
  private static final int TOGETHER = 4;

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
   * Adds the tasks that update the parameters of a block.
   *
   * @param task what their names begin with
   * @param hyper from {@link #hyperParameters}
   * @param parameters of one block
   * @param weightDecay lambda of {@code lambda sum ||W||^2}
   */
  static void add(
      Tasks tasks, String task, FloatArray hyper, List<Parameter> parameters, double weightDecay) {
    for (int first = 0; first < parameters.size(); first += TOGETHER) {
      List<Parameter> some =
          new ArrayList<>(parameters.subList(first, Math.min(first + TOGETHER, parameters.size())));
      int size = Math.toIntExact(some.stream().mapToLong(Parameter::size).sum());
      IntArray sizes = new IntArray(TOGETHER);
      FloatArray twiceDecays = new FloatArray(TOGETHER);
      for (int n = 0; n < some.size(); n++) {
        sizes.set(n, some.get(n).size());
        twiceDecays.set(n, some.get(n).decays() ? (float) (2 * weightDecay) : 0);
      }
      tasks.keep(sizes, twiceDecays);
      while (some.size() < TOGETHER) {
        some.add(none(tasks));
      }
      Parameter a = some.get(0);
      Parameter b = some.get(1);
      Parameter c = some.get(2);
      Parameter d = some.get(3);
      tasks
          .graph()
          .task(
              task + first,
              Adam::update,
              hyper,
              sizes,
              twiceDecays,
              a.gradient,
              a.m,
              a.v,
              a.value,
              b.gradient,
              b.m,
              b.v,
              b.value,
              c.gradient,
              c.m,
              c.v,
              c.value,
              d.gradient,
              d.m,
              d.v,
              d.value,
              Tasks.whole(size));
    }
  }

  /**
   * A placeholder: TornadoVM never finishes building a graph with a task that writes an array
   * twice.
   */
  private static Parameter none(Tasks tasks) {
    Parameter none = Parameter.bias("none", 1);
    none.makeTrainable();
    tasks.keep(none.gradient, none.m, none.v, none.value);
    return none;
  }

  /**
   * The kernel, for {@link #TOGETHER} parameters: first come the values of {@code a}, then those of
   * {@code b}, and so on. Where there are fewer, the others have the size 0.
   *
   * @param hyper as {@link #set} wrote it
   * @param sizes numbers of values
   * @param twiceDecays {@code 2 lambda} of each; 0 for a bias
   * @param gradientA gradient of {@code a}, without weight decay
   * @param mA its first moment. Modified.
   * @param vA its second moment. Modified.
   * @param a the parameter. Modified.
   * @param gradientB likewise
   * @param mB likewise
   * @param vB likewise
   * @param b likewise
   * @param gradientC likewise
   * @param mC likewise
   * @param vC likewise
   * @param c likewise
   * @param gradientD likewise
   * @param mD likewise
   * @param vD likewise
   * @param d likewise
   * @param bound of the loop
   */
  static void update(
      FloatArray hyper,
      IntArray sizes,
      FloatArray twiceDecays,
      FloatArray gradientA,
      FloatArray mA,
      FloatArray vA,
      FloatArray a,
      FloatArray gradientB,
      FloatArray mB,
      FloatArray vB,
      FloatArray b,
      FloatArray gradientC,
      FloatArray mC,
      FloatArray vC,
      FloatArray c,
      FloatArray gradientD,
      FloatArray mD,
      FloatArray vD,
      FloatArray d,
      int bound) {
    for (@Parallel int n = 0; n < bound; n++) {
      if (hyper.get(CHANGES) > 0f) {
        int inB = n - sizes.get(0);
        int inC = inB - sizes.get(1);
        int inD = inC - sizes.get(2);
        if (inB < 0) {
          update(hyper, twiceDecays.get(0), gradientA, mA, vA, a, n);
        } else if (inC < 0) {
          update(hyper, twiceDecays.get(1), gradientB, mB, vB, b, inB);
        } else if (inD < 0) {
          update(hyper, twiceDecays.get(2), gradientC, mC, vC, c, inC);
        } else if (inD < sizes.get(3)) {
          update(hyper, twiceDecays.get(3), gradientD, mD, vD, d, inD);
        }
      }
    }
  }

  /** Updates one value. */
  private static void update(
      FloatArray hyper,
      float twiceDecay,
      FloatArray gradient,
      FloatArray m,
      FloatArray v,
      FloatArray value,
      int n) {
    float theta = value.get(n);
    float g = gradient.get(n) + twiceDecay * theta;
    float first = hyper.get(BETA1) * m.get(n) + hyper.get(ONE_MINUS_BETA1) * g;
    float second = hyper.get(BETA2) * v.get(n) + hyper.get(ONE_MINUS_BETA2) * g * g;
    m.set(n, first);
    v.set(n, second);
    value.set(n, theta - hyper.get(RATE) * first / (TornadoMath.sqrt(second) + hyper.get(EPSILON)));
  }
}
