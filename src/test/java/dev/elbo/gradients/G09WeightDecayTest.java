package dev.elbo.gradients;

import static dev.elbo.gradients.Verdicts.assertRejects;
import static dev.elbo.gradients.Verdicts.assertRight;

import org.junit.jupiter.api.Test;

/**
 * The loss has a term that needs no data: {@code lambda sum w^2} over all weights, not the biases.
 *
 * <pre>
 * (1)  R = lambda sum w^2
 * (2)  dR/dw = 2 lambda w
 * (3)  dW = (what the layers give) + 2 lambda W                      two ways, so they add
 * </pre>
 *
 * Optimizers that call {@code lambda w} weight decay have {@code lambda / 2} in the loss; whoever
 * compares must know which. The authors' objective is (1), inside the loss, so that its gradient
 * goes through Adam like any other.
 *
 * <p><b>The property.</b> What weight decay adds to a model's gradients is the measured derivative
 * of what it adds to the loss; nothing for biases.
 */
class G09WeightDecayTest {

  private static final Example EXAMPLE = WeightDecayExample.EXAMPLE;

  @Test
  void gradientIsTheDerivative() {
    for (int seed = 1; seed <= 5; seed++) {
      assertRight(EXAMPLE, EXAMPLE.right().apply(EXAMPLE.shape().withSeed(seed)));
    }
  }

  /** {@code lambda W}. */
  @Test
  void rejectsTheForgottenTwo() {
    assertRejects(EXAMPLE, "two-forgotten", "q_layers.0.weight", "p_layers.0.weight");
  }

  @Test
  void rejectsDecayedBiases() {
    assertRejects(EXAMPLE, "biases-decayed", "q_layers.0.bias", "p_layers.0.bias");
  }
}
