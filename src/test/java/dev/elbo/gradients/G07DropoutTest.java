package dev.elbo.gradients;

import static dev.elbo.gradients.Verdicts.assertRejects;
import static dev.elbo.gradients.Verdicts.assertRight;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.elbo.gradients.check.LayerClaim;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.gradients.check.Shape;
import dev.elbo.random.Noise;
import dev.elbo.reference.input.Dropout;
import dev.elbo.reference.layers.SparseRows;
import dev.elbo.testing.Shapes;
import dev.elbo.testing.Tolerances;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/**
 * The layer drops each value with probability {@code rate} and makes up for it in those it keeps
 * (Srivastava et al. 2014, section 10): {@code y = m x}, where {@code m} is {@code 1 / (1 - rate)}
 * or 0.
 *
 * <p><b>The derivation.</b> The draws are no function of anything that is trained. In one pass
 * {@code m} is a number like any other:
 *
 * <pre>
 * (1)  dy/dx = m
 * (2)  dx = dy m                                                     the same m as in forward
 * </pre>
 *
 * <b>The difficulty</b> is in the check, not in the formula: {@code f(x + h)} and {@code f(x - h)}
 * must be taken with the same draws, or their difference measures the noise. That is why noise is
 * an argument of a pass here, drawn from a generator that gives the same values each time it is
 * asked.
 *
 * <p><b>The properties.</b> Measured derivatives with the noise held still; and with the noise held
 * still the layer is linear, so that {@code <m x, c> = <x, m c>}.
 */
class G07DropoutTest {

  private static final Example EXAMPLE = DropoutExample.EXAMPLE;

  @Property(seed = "1", tries = 100)
  void gradientIsTheDerivative(@ForAll(supplier = Shapes.class) Shape shape) {
    assertRight(EXAMPLE, DropoutExample.claim(shape, Dropout::backward));
  }

  @Property(seed = "1", tries = 100)
  void backwardIsTheAdjointOfForward(@ForAll(supplier = Shapes.class) Shape shape) {
    RandomGenerator random = shape.random();
    SparseRows x = SparseLinearExample.input(shape, random);
    SparseRows c = x.with(RandomValues.normal(x.values().length, random));
    Dropout layer = new Dropout(1, 0.3);
    SparseRows y = layer.forward(x, shape.pass(Noise.of(shape.seed(), 0), 0));
    assertEquals(
        LayerClaim.dot(y, c),
        LayerClaim.dot(x, layer.backward(c)),
        Tolerances.FLOAT64 * Math.sqrt(LayerClaim.dot(y, y) * LayerClaim.dot(c, c)));
  }

  @Test
  void rejectsTheMaskThatIsNotApplied() {
    assertRejects(EXAMPLE, "mask-not-applied", "x");
  }

  /** {@code 1 / (1 - rate)} in the forward pass only. */
  @Test
  void rejectsTheMaskThatIsNotRescaled() {
    assertRejects(EXAMPLE, "mask-not-rescaled", "x");
  }

  @Test
  void rejectsTheMaskThatIsDrawnAgain() {
    assertRejects(EXAMPLE, "mask-drawn-again", "x");
  }
}
