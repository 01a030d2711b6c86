package dev.elbo.gradients;

import static dev.elbo.gradients.Verdicts.assertRejects;
import static dev.elbo.gradients.Verdicts.assertRight;

import dev.elbo.gradients.check.Shape;
import dev.elbo.reference.layers.Tanh;
import dev.elbo.testing.Shapes;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/**
 * The layer computes {@code y = tanh(x)}, value by value: the chain rule in one variable.
 *
 * <p>Let {@code L} be the loss at the end of the model. It depends on {@code x} through {@code y}
 * only, so
 *
 * <pre>
 * dx = dL/dx = (dL/dy) (dy/dx) = dy tanh'(x)                         chain rule
 * tanh = sinh / cosh                                                 definition
 * tanh' = (cosh cosh - sinh sinh) / cosh^2 = 1 - tanh^2              quotient rule
 * dx = dy (1 - y^2)
 * </pre>
 *
 * Every backward pass has this form: it is given {@code dy} and gives {@code dx}. It needs no
 * {@code x} here, only the {@code y} that the forward pass has kept.
 *
 * <p><b>The property.</b> For any sizes and values, {@code dx} is the measured derivative of {@code
 * f = sum c_n y_n} with fixed random numbers {@code c}. This {@code f} stands for the rest of the
 * model: its {@code dy} is {@code c}.
 */
class G02TanhTest {

  @Property(seed = "1", tries = 100)
  void gradientIsTheDerivative(@ForAll(supplier = Shapes.class) Shape shape) {
    assertRight(TanhExample.EXAMPLE, TanhExample.claim(shape, Tanh::backward));
  }

  /** {@code dx = dy}: as if the layer were not there. */
  @Test
  void rejectsTheForgottenDerivative() {
    assertRejects(TanhExample.EXAMPLE, "derivative-forgotten", "x");
  }

  /** {@code dx = dy (1 - y)}. */
  @Test
  void rejectsTheForgottenSquare() {
    assertRejects(TanhExample.EXAMPLE, "square-forgotten", "x");
  }

  /** {@code dx = dy y (1 - y)}: taken from the wrong table of derivatives. */
  @Test
  void rejectsTheSigmoidsDerivative() {
    assertRejects(TanhExample.EXAMPLE, "sigmoid-derivative", "x");
  }
}
