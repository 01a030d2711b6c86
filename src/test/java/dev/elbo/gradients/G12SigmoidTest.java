package dev.elbo.gradients;

import static dev.elbo.gradients.Verdicts.assertRejects;
import static dev.elbo.gradients.Verdicts.assertRight;

import dev.elbo.gradients.check.Shape;
import dev.elbo.reference.layers.Sigmoid;
import dev.elbo.testing.Shapes;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/**
 * The layer computes {@code y = low + range s(x)} with {@code s(x) = 1 / (1 + exp(-x))}: from 0 to
 * 1 on a hidden layer, from 1 to 5 where it predicts ratings.
 *
 * <pre>
 * s' = exp(-x) / (1 + exp(-x))^2                                     chain rule
 *    = s (1 - s)                          1 - s = exp(-x) / (1 + exp(-x))
 * dx = dy range s (1 - s)
 *    = dy (y - low) (high - y) / range    s = (y - low) / range, 1 - s = (high - y) / range
 * </pre>
 *
 * <p><b>The property</b> is that of {@link G02TanhTest}.
 */
class G12SigmoidTest {

  @Property(seed = "1", tries = 100)
  void gradientIsTheDerivative(@ForAll(supplier = Shapes.class) Shape shape) {
    assertRight(SigmoidExample.EXAMPLE, SigmoidExample.claim(shape, Sigmoid::backward));
  }

  /** {@code dx = dy s (1 - s)}: right from 0 to 1 only. */
  @Test
  void rejectsTheForgottenRange() {
    assertRejects(SigmoidExample.EXAMPLE, "range-forgotten", "x");
  }

  /** {@code dx = dy y (1 - y)}: right from 0 to 1 only, and not even of the right sign here. */
  @Test
  void rejectsTheScaledOutput() {
    assertRejects(SigmoidExample.EXAMPLE, "scaled-output-taken", "x");
  }
}
