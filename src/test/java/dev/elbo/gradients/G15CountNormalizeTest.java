package dev.elbo.gradients;

import static dev.elbo.gradients.Verdicts.assertRejects;
import static dev.elbo.gradients.Verdicts.assertRight;

import dev.elbo.gradients.check.Shape;
import dev.elbo.reference.input.CountNormalize;
import dev.elbo.testing.Shapes;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/**
 * The layer computes {@code y = x / (1 + n)} with {@code n} the number of a user's values. With a
 * vector {@code e_p} for each pair of an item and a rating, {@link G05SparseLinearTest}'s layer
 * after it gives the user's vector:
 *
 * <pre>
 * v_u   = sum over the pairs p of user u of e_p / (1 + n_u)
 * de_p  = sum over the users u who have p of dv_u / (1 + n_u)        chain rule
 * </pre>
 *
 * The number of values does not change where the values change a little, so the layer is linear,
 * {@code dx = dy / (1 + n)}. That is not so near 0, where a value ceases to count.
 */
class G15CountNormalizeTest {

  private static final Example EXAMPLE = CountNormalizeExample.EXAMPLE;

  @Property(seed = "1", tries = 100)
  void gradientIsTheDerivative(@ForAll(supplier = Shapes.class) Shape shape) {
    assertRight(EXAMPLE, CountNormalizeExample.claim(shape, CountNormalize::backward));
  }

  /** {@code dx = dy}. */
  @Test
  void rejectsTheForgottenCount() {
    assertRejects(EXAMPLE, "count-forgotten", "x");
  }

  /** {@code dx = dy / n}: the derivative of the mean. */
  @Test
  void rejectsTheForgottenOne() {
    assertRejects(EXAMPLE, "one-forgotten", "x");
  }
}
