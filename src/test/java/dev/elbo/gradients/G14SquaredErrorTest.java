package dev.elbo.gradients;

import static dev.elbo.gradients.Verdicts.assertRejects;
import static dev.elbo.gradients.Verdicts.assertRight;

import dev.elbo.engine.Outputs;
import dev.elbo.gradients.check.Shape;
import dev.elbo.reference.objective.SquaredError;
import dev.elbo.testing.Shapes;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/**
 * The loss is {@code L = 1/B sum (y_bi - r_bi)^2} over the ratings that are known, or over all
 * items: a mean over users, so that a user's share does not depend on the batch they are in, and a
 * sum over the user's ratings, so that each rating counts the same whoever gave it.
 *
 * <pre>
 * dy_bi = dL/dy_bi = 2 (y_bi - r_bi) / B          only one term of the sum has y_bi
 * </pre>
 */
class G14SquaredErrorTest {

  private static final Example EXAMPLE = SquaredErrorExample.EXAMPLE;

  @Property(seed = "1", tries = 100)
  void gradientIsTheDerivative(
      @ForAll(supplier = Shapes.class) Shape shape, @ForAll boolean observed) {
    Outputs outputs = observed ? new Outputs.Observed() : new Outputs.All();
    assertRight(EXAMPLE, SquaredErrorExample.claim(shape, outputs, SquaredError::backward));
  }

  /** {@code dy = (y - r) / B}. */
  @Test
  void rejectsTheAssumedHalf() {
    assertRejects(EXAMPLE, "half-assumed", "y");
  }

  /** {@code dy = 2 (y - r) / N}. */
  @Test
  void rejectsTheMeanOverRatings() {
    assertRejects(EXAMPLE, "mean-over-ratings", "y");
  }

  /** {@code dy = 2 (y - r + 1) / B}. */
  @Test
  void rejectsAnotherRating() {
    assertRejects(EXAMPLE, "rating-off-by-one", "y");
  }
}
