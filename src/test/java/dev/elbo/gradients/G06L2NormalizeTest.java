package dev.elbo.gradients;

import static dev.elbo.gradients.Verdicts.assertRejects;
import static dev.elbo.gradients.Verdicts.assertRight;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.elbo.data.CsrMatrix;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.gradients.check.Shape;
import dev.elbo.random.Noise;
import dev.elbo.reference.input.L2Normalize;
import dev.elbo.reference.layers.SparseRows;
import dev.elbo.testing.Shapes;
import dev.elbo.testing.Tolerances;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/**
 * The layer divides each user's row by its length: {@code y = x / r}, {@code r = ||x||}.
 *
 * <p><b>The derivation.</b> Each {@code y_i} depends on every {@code x_j} of its row, through the
 * length:
 *
 * <pre>
 * (1)  r^2 = sum_i x_i^2                                             definition
 * (2)  2 r dr/dx_j = 2 x_j,   so   dr/dx_j = x_j / r = y_j           both sides of (1), differentiated
 * (3)  dy_i/dx_j = [i=j] / r - x_i (dr/dx_j) / r^2                   quotient rule
 * (4)            = ([i=j] - y_i y_j) / r                             (2), and x_i / r = y_i
 * (5)  dx_j = sum_i dy_i (dy_i/dx_j)                                 chain rule
 * (6)       = (dy_j - y_j sum_i dy_i y_i) / r                        (4) into (5)
 * (7)  dx   = (dy - y (y . dy)) / r
 * </pre>
 *
 * {@code y (y . dy)} is the part of {@code dy} along {@code y}. A longer {@code x} has the same
 * {@code y}, so that part must go. A row without items has no direction; its gradient is set to 0.
 *
 * <p><b>The properties.</b> Measured derivatives, on rows that are not near zero, where {@code 1/r}
 * has no bound; and the gradient is orthogonal to the row.
 */
class G06L2NormalizeTest {

  private static final Example EXAMPLE = L2NormalizeExample.EXAMPLE;

  @Property(seed = "1", tries = 100)
  void gradientIsTheDerivative(@ForAll(supplier = Shapes.class) Shape shape) {
    assertRight(EXAMPLE, L2NormalizeExample.claim(shape, L2Normalize::backward));
  }

  @Property(seed = "1", tries = 100)
  void gradientsAreOrthogonalToTheirRows(@ForAll(supplier = Shapes.class) Shape shape) {
    RandomGenerator random = shape.random();
    CsrMatrix pattern = RandomValues.sparse(shape.users(), shape.in(), random);
    SparseRows x = new SparseRows(pattern, RandomValues.awayFromZero(pattern.size(), random));
    L2Normalize layer = new L2Normalize();
    SparseRows y = layer.forward(x, shape.pass(Noise.NONE, 0));
    SparseRows dX = layer.backward(y.with(RandomValues.normal(pattern.size(), random)));
    for (int b = 0; b < shape.users(); b++) {
      double along = 0;
      for (int n = pattern.indptr()[b]; n < pattern.indptr()[b + 1]; n++) {
        along += y.values()[n] * dX.values()[n];
      }
      assertEquals(0, along, 10 * Tolerances.FLOAT64);
    }
  }

  /** {@code dx = dy / r}: (3) without its second term. */
  @Test
  void rejectsTheNormHeldConstant() {
    assertRejects(EXAMPLE, "norm-held-constant", "x");
  }

  /** {@code dx = dy - y (y . dy)}: orthogonal, but of the wrong size. */
  @Test
  void rejectsTheForgottenNorm() {
    assertRejects(EXAMPLE, "norm-forgotten", "x");
  }
}
