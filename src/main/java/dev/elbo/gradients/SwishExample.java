package dev.elbo.gradients;

import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.LayerClaim;
import dev.elbo.gradients.check.LayerTrial;
import dev.elbo.gradients.check.Shape;
import dev.elbo.gradients.check.WrongBackward;
import dev.elbo.reference.Parts;
import dev.elbo.reference.layers.Swish;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.DoubleBinaryOperator;
import org.ejml.data.DMatrixRMaj;

/** {@link Swish} on normal values. */
public final class SwishExample {

  /** The example. */
  public static final Example EXAMPLE =
      new Example(
          "swish",
          "y = x / (1 + exp(-x))",
          GradientCheck.Form.EVERY_VALUE,
          new Shape(3, 4, 4, 1),
          shape -> claim(shape, Swish::backward),
          List.of(
              mistake(
                  "factor-held-still",
                  "dx = dy s: x stands in front of the logistic function and inside of it",
                  (dy, x) -> dy * sigmoid(x)),
              mistake(
                  "output-for-sigmoid",
                  "dx = dy (s + y (1 - y)): the slope of s is s (1 - s), not y (1 - y)",
                  (dy, x) -> {
                    double y = x * sigmoid(x);
                    return dy * (sigmoid(x) + y * (1 - y));
                  })));

  private SwishExample() {}

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static LayerTrial<Swish, DMatrixRMaj, DMatrixRMaj> trial(Shape shape) {
    return LayerTrial.ofNormalValues(new Swish(), shape);
  }

  /** What another part claims in the place of the right one. */
  public static Claim with(Shape shape, Parts parts) {
    return trial(shape).claimOf(parts);
  }

  static Claim claim(Shape shape, BiFunction<Swish, DMatrixRMaj, DMatrixRMaj> backward) {
    return trial(shape).claim(backward);
  }

  /**
   * @param dx gives {@code dx} from {@code dy} and {@code x}
   */
  private static WrongBackward mistake(String name, String what, DoubleBinaryOperator dx) {
    return new WrongBackward(
        name, what, shape -> claim(shape, LayerClaim.elementwise(layer -> layer.x, dx)));
  }
}
