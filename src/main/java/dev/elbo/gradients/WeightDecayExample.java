package dev.elbo.gradients;

import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.Shape;
import dev.elbo.gradients.check.WrongBackward;
import dev.elbo.model.Architecture;
import dev.elbo.model.Model;
import dev.elbo.model.ModelOptions;
import dev.elbo.model.Parameters;
import dev.elbo.reference.Parts;
import dev.elbo.reference.objective.WeightDecay;
import java.util.List;
import java.util.function.BiFunction;

/** {@code lambda ||W||^2} of a small Mult-DAE, by itself. */
public final class WeightDecayExample {

  private static final double LAMBDA = 0.3;

  /** The example. */
  public static final Example EXAMPLE =
      new Example(
          "weight-decay",
          "lambda sum ||W||^2 over the weights, not the biases",
          GradientCheck.Form.EVERY_VALUE,
          new Shape(2, 4, 3, 1),
          WeightDecayExample::right,
          List.of(
              mistake(
                  "two-forgotten",
                  "dW = lambda W: the derivative of a square is twice its root",
                  (isWeight, w) -> isWeight ? LAMBDA * w : 0),
              mistake(
                  "biases-decayed",
                  "db = 2 lambda b: the objective counts weights only",
                  (_, w) -> 2 * LAMBDA * w)));

  private WeightDecayExample() {}

  private static ModelCase model(Shape shape) {
    Model model =
        new ModelOptions(Architecture.MULT_DAE, List.of(), shape.out(), 0.5, LAMBDA)
            .model(shape.in());
    return ModelCase.of(model, shape.users(), 0, shape.random());
  }

  private static Claim claim(ModelCase model, Parameters gradients) {
    return new Claim(model.variables(gradients), () -> model.loss().decay());
  }

  private static Claim right(Shape shape) {
    return with(shape, Parts.RIGHT);
  }

  /**
   * What another part claims in the place of the right one: the engine's gradient with decay, less
   * the one without.
   */
  public static Claim with(Shape shape, Parts parts) {
    ModelCase model = model(shape);
    Parameters decay =
        model.with(WeightDecay.class, "", right -> parts.<WeightDecay>of("", right)).gradients();
    Parameters without = model.withDecay(0).gradients();
    for (String name : decay.tensors().keySet()) {
      double[] gradient = decay.float64(name);
      double[] rest = without.float64(name);
      for (int n = 0; n < gradient.length; n++) {
        gradient[n] -= rest[n];
      }
    }
    return claim(model, decay);
  }

  /**
   * @param formula gives the derivative from whether the tensor is a weight, and the value
   */
  private static WrongBackward mistake(
      String name, String what, BiFunction<Boolean, Double, Double> formula) {
    return new WrongBackward(
        name,
        what,
        shape -> {
          ModelCase model = model(shape);
          Parameters wrong = model.gradients();
          for (String tensor : wrong.tensors().keySet()) {
            double[] values = model.parameters().float64(tensor);
            double[] gradient = wrong.float64(tensor);
            for (int n = 0; n < gradient.length; n++) {
              gradient[n] = formula.apply(tensor.endsWith(".weight"), values[n]);
            }
          }
          return claim(model, wrong);
        });
  }
}
