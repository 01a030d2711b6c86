package dev.elbo.gradients.exercises;

import dev.elbo.engine.AdamOptions;
import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.gradients.check.Shape;
import dev.elbo.gradients.mistakes.WrongUpdates;
import dev.elbo.own.Task;
import dev.elbo.reference.Adam;
import dev.elbo.reference.Optimizer;
import dev.elbo.reference.layers.Parameter;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Three updates by Adam, with a gradient of its own each. There is nothing to differentiate. */
final class AdamExercise {

  private static final int UPDATES = 3;

  /** An epsilon that shows. */
  private static final AdamOptions OPTIONS =
      new AdamOptions(0.01, 0.9, 0.99, 0.05, AdamOptions.Form.TENSORFLOW, /* lazy= */ false);

  static final Exercise EXERCISE =
      new Exercise(
          "adam",
          "W -= rate sqrt(1 - b2^t) / (1 - b1^t) m / (sqrt(v) + epsilon)",
          Task.Adam.class,
          new Shape(1, 3, 2, 1),
          (shape, parts) -> {
            update(shape, parts.<Optimizer>of("", new Adam()));
            return new Claim(List.of(), () -> 0);
          },
          List.of(
              mistake(
                  "bias-not-corrected",
                  "W -= rate m / (sqrt(v) + epsilon): m and v begin at 0, and are too small at"
                      + " first",
                  (parameter, _, adam) -> new Adam().update(parameter, Long.MAX_VALUE, adam)),
              mistake(
                  "epsilon-inside-root",
                  "W -= ... m / sqrt(v + epsilon): epsilon is added to the root",
                  WrongUpdates.epsilonInsideRoot(new Adam())),
              mistake(
                  "betas-exchanged",
                  "m decays by b2 and v by b1: b1 is the first moment's",
                  (parameter, t, adam) ->
                      new Adam().update(parameter, t, WrongUpdates.exchanged(adam))),
              mistake(
                  "updates-from-two",
                  "the first update has number 2: b1^t and b2^t are one update ahead",
                  (parameter, t, adam) -> new Adam().update(parameter, t + 1, adam)),
              mistake(
                  "plain-descent",
                  "W -= rate dW: no moments at all",
                  WrongUpdates.gradientDescent())),
          Map.of("W", Place.of("W[%d][%d] (output %1$d, input %2$d)")));

  private AdamExercise() {}

  private static KnownMistake mistake(String name, String what, Optimizer wrong) {
    return new KnownMistake(name, what, shape -> Map.of("W", update(shape, wrong)));
  }

  /** The tensor after the updates. */
  private static double[] update(Shape shape, Optimizer optimizer) {
    RandomGenerator random = shape.random();
    Parameter weight = Parameter.weight("W", shape.out(), shape.in());
    weight.value().setTo(RandomValues.dense(shape.out(), shape.in(), random));
    for (int t = 1; t <= UPDATES; t++) {
      weight.gradient().setTo(RandomValues.dense(shape.out(), shape.in(), random));
      optimizer.update(weight, t, OPTIONS);
    }
    return weight.value().data;
  }
}
