package dev.elbo.gradients;

import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.LayerClaim;
import dev.elbo.gradients.check.LayerTrial;
import dev.elbo.gradients.check.Shape;
import dev.elbo.gradients.check.WrongBackward;
import dev.elbo.reference.Parts;
import dev.elbo.reference.layers.Sigmoid;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.DoubleBinaryOperator;
import org.ejml.data.DMatrixRMaj;

/** {@link Sigmoid} from 1 to 5 on normal values. */
public final class SigmoidExample {

  private static final double LOW = 1;
  private static final double HIGH = 5;

  /** The example. */
  public static final Example EXAMPLE =
      new Example(
          "sigmoid",
          "y = low + (high - low) / (1 + exp(-x))",
          GradientCheck.Form.EVERY_VALUE,
          new Shape(3, 4, 4, 1),
          shape -> claim(shape, Sigmoid::backward),
          List.of(
              mistake(
                  "range-forgotten",
                  "dx = dy s (1 - s): the slope of the logistic function, not stretched to the"
                      + " range",
                  (dy, y) -> dy * (y - LOW) * (HIGH - y) / Math.pow(HIGH - LOW, 2)),
              mistake(
                  "scaled-output-taken",
                  "dx = dy y (1 - y): y is not the logistic function once it is scaled",
                  (dy, y) -> dy * y * (1 - y))));

  private SigmoidExample() {}

  private static LayerTrial<Sigmoid, DMatrixRMaj, DMatrixRMaj> trial(Shape shape) {
    return LayerTrial.ofNormalValues(new Sigmoid(LOW, HIGH), shape);
  }

  /** What another part claims in the place of the right one. */
  public static Claim with(Shape shape, Parts parts) {
    return trial(shape).claimOf(parts);
  }

  static Claim claim(Shape shape, BiFunction<Sigmoid, DMatrixRMaj, DMatrixRMaj> backward) {
    return trial(shape).claim(backward);
  }

  /**
   * @param dx gives {@code dx} from {@code dy} and {@code y}
   */
  private static WrongBackward mistake(String name, String what, DoubleBinaryOperator dx) {
    return new WrongBackward(
        name, what, shape -> claim(shape, LayerClaim.elementwise(layer -> layer.y, dx)));
  }
}
