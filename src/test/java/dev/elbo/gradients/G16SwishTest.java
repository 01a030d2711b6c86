package dev.elbo.gradients;

import static dev.elbo.gradients.Verdicts.assertRejects;
import static dev.elbo.gradients.Verdicts.assertRight;

import dev.elbo.gradients.check.Shape;
import dev.elbo.reference.layers.Swish;
import dev.elbo.testing.Shapes;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/**
 * The layer computes {@code y = x s(x)} with {@code s(x) = 1 / (1 + exp(-x))}: the identity far
 * above 0, nothing far below, and smooth in between (Ramachandran et al. 2017). RecVAE has it
 * behind each affine layer of its encoder.
 *
 * <pre>
 * dx = dy (s + x s')            product rule: x stands in front of s and inside of it
 *    = dy (s + x s (1 - s))     s' = s (1 - s), see {@link G12SigmoidTest}
 *    = dy (s + y (1 - s))
 * </pre>
 *
 * Backward needs {@code x}: from {@code y} alone it cannot be had, as two {@code x} below 0 give
 * the same {@code y}.
 *
 * <p><b>The property</b> is that of {@link G02TanhTest}.
 */
class G16SwishTest {

  @Property(seed = "1", tries = 100)
  void gradientIsTheDerivative(@ForAll(supplier = Shapes.class) Shape shape) {
    assertRight(SwishExample.EXAMPLE, SwishExample.claim(shape, Swish::backward));
  }

  /** {@code dx = dy s}: half of the product rule. */
  @Test
  void rejectsTheFactorHeldStill() {
    assertRejects(SwishExample.EXAMPLE, "factor-held-still", "x");
  }

  /** {@code dx = dy (s + y (1 - y))}: the output where the logistic function belongs. */
  @Test
  void rejectsTheOutputForTheSigmoid() {
    assertRejects(SwishExample.EXAMPLE, "output-for-sigmoid", "x");
  }
}
