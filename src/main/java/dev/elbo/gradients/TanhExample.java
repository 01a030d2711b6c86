package dev.elbo.gradients;

import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.LayerClaim;
import dev.elbo.gradients.check.LayerTrial;
import dev.elbo.gradients.check.Shape;
import dev.elbo.gradients.check.WrongBackward;
import dev.elbo.reference.Parts;
import dev.elbo.reference.layers.Tanh;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.DoubleBinaryOperator;
import org.ejml.data.DMatrixRMaj;

/** {@link Tanh} on normal values. */
public final class TanhExample {

  /** The example. */
  public static final Example EXAMPLE =
      new Example(
          "tanh",
          "y = tanh(x)",
          GradientCheck.Form.EVERY_VALUE,
          new Shape(3, 4, 4, 1),
          shape -> claim(shape, Tanh::backward),
          List.of(
              mistake(
                  "derivative-forgotten",
                  "dx = dy: the layer's own derivative is left out of the chain rule",
                  (dy, _) -> dy),
              mistake(
                  "square-forgotten",
                  "dx = dy (1 - y): tanh' is 1 - tanh^2",
                  (dy, y) -> dy * (1 - y)),
              mistake(
                  "sigmoid-derivative",
                  "dx = dy y (1 - y): that is the derivative of the logistic function",
                  (dy, y) -> dy * y * (1 - y))));

  private TanhExample() {}

  private static LayerTrial<Tanh, DMatrixRMaj, DMatrixRMaj> trial(Shape shape) {
    return LayerTrial.ofNormalValues(new Tanh(), shape);
  }

  /** What another part claims in the place of the right one. */
  public static Claim with(Shape shape, Parts parts) {
    return trial(shape).claimOf(parts);
  }

  static Claim claim(Shape shape, BiFunction<Tanh, DMatrixRMaj, DMatrixRMaj> backward) {
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
