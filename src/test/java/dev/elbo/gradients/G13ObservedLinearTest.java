package dev.elbo.gradients;

import static dev.elbo.gradients.Verdicts.assertRejects;
import static dev.elbo.gradients.Verdicts.assertRight;

import dev.elbo.gradients.check.Shape;
import dev.elbo.reference.layers.ObservedLinear;
import dev.elbo.testing.Shapes;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/**
 * The layer computes some elements of {@code Y = X W^T + 1 b^T} and no others: those at which a
 * user has an item. It is {@link G04LinearTest}'s layer, followed by a mask {@code m}, 1 where
 * something is observed and 0 elsewhere:
 *
 * <pre>
 * (1)  y_bi  = m_bi (bias_i + sum_h w_ih x_bh)
 * (2)  dw_ih = sum_b dy_bi m_bi x_bh      what is masked has no way to the loss
 *            = sum over users b who have item i of dy_bi x_bh
 * (3)  dx_bh = sum over the items i of user b of dy_bi w_ih
 * </pre>
 *
 * No sum has more terms than there are ratings, so nothing of the size {@code [B, I]} is ever
 * needed. The input may have a bias of each user's own, which reaches all of their outputs beside
 * 1: its gradient is the sum of their {@code dy}. The product with a mask is known as the sampled
 * dense-dense matrix product.
 */
class G13ObservedLinearTest {

  private static final Example EXAMPLE = ObservedLinearExample.EXAMPLE;

  @Property(seed = "1", tries = 50)
  void gradientsAreTheDerivatives(
      @ForAll(supplier = Shapes.class) Shape shape, @ForAll boolean userBias) {
    assertRight(EXAMPLE, ObservedLinearExample.claim(shape, userBias, ObservedLinear::backward));
  }

  /** The gradient of an item's weights is written for each user, and not added to. */
  @Test
  void rejectsTheOverwrittenItem() {
    assertRejects(EXAMPLE, "item-overwritten", "weight");
  }

  /** As if there were an output for each user and each item. */
  @Test
  void rejectsTheBiasOfAllItems() {
    assertRejects(EXAMPLE, "bias-of-all-items", "bias");
  }

  /** The sum (3) ends after its first term. */
  @Test
  void rejectsTheFirstItemOnly() {
    assertRejects(EXAMPLE, "first-item-only", "x");
  }
}
