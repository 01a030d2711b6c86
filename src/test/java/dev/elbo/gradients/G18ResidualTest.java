package dev.elbo.gradients;

import static dev.elbo.gradients.Verdicts.assertRejects;
import static dev.elbo.gradients.Verdicts.assertRight;

import dev.elbo.gradients.check.Shape;
import dev.elbo.reference.layers.Heads;
import dev.elbo.reference.layers.Residual;
import dev.elbo.testing.Shapes;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/**
 * A network that is no chain. Two rules are enough for any network: where a value is <b>added</b>
 * to another, its gradient is that of the sum; where a value is <b>read several times</b>, its
 * gradient is the sum over its readers.
 *
 * <p><b>Skip connections</b> (the encoder of RecVAE, Shenbin et al. 2020): every layer reads the
 * one before it through its weights, and adds all the layers before it as they are:
 *
 * <pre>
 * (1)  a_n = W_n h_(n-1) + b_n + h_1 + ... + h_(n-1)
 * (2)  h_n = T(a_n)                                           n = 2 ... N
 * </pre>
 *
 * Who reads {@code h_n}? The weights of the next layer, and every later sum:
 *
 * <pre>
 * (3)  dh_n = W_(n+1)^T da_(n+1) + da_(n+1) + da_(n+2) + ... + da_N
 * </pre>
 *
 * So one walks back with a running sum of the {@code da}, and adds it at each layer.
 *
 * <p><b>Two heads</b> (mean and log-variance): one value, two readers.
 *
 * <pre>
 * (4)  y_1 = W_1 x + b_1,  y_2 = W_2 x + b_2
 * (5)  dx = W_1^T dy_1 + W_2^T dy_2
 * </pre>
 *
 * <p><b>The property</b> is that of {@link G02TanhTest}, for three skips and for two heads.
 */
class G18ResidualTest {

  private static final String[] ALL_BUT_THE_LAST_BLOCK = {
    "x", "fc2.weight", "fc2.bias", "fc3.weight", "fc3.bias"
  };

  /** Widths kept small, as every value is varied. */
  @Property(seed = "1", tries = 30)
  void gradientsOfSkipsAreTheDerivatives(@ForAll(supplier = Shapes.class) Shape shape) {
    Shape small = new Shape(shape.users(), 1 + shape.in() % 6, shape.out(), shape.seed());
    assertRight(ResidualExample.EXAMPLE, ResidualExample.claim(small, Residual::backward));
  }

  @Property(seed = "1", tries = 50)
  void gradientsOfHeadsAreTheDerivatives(@ForAll(supplier = Shapes.class) Shape shape) {
    assertRight(HeadsExample.EXAMPLE, HeadsExample.claim(shape, Heads::backward));
  }

  /** (3) with its first term only: right for the last block, which no later sum reads. */
  @Test
  void rejectsForgottenSkips() {
    assertRejects(ResidualExample.EXAMPLE, "skips-forgotten", ALL_BUT_THE_LAST_BLOCK);
  }

  /** (3) with its first two terms: the block before the last has one later sum, and is right. */
  @Test
  void rejectsTheNextSumOnly() {
    assertRejects(ResidualExample.EXAMPLE, "last-skip-only", "x", "fc2.weight", "fc2.bias");
  }

  /** (5) with its second term only. */
  @Test
  void rejectsOneHeadForBoth() {
    assertRejects(HeadsExample.EXAMPLE, "last-head-only", "x");
  }

  @Test
  void rejectsExchangedHeads() {
    assertRejects(
        HeadsExample.EXAMPLE,
        "heads-exchanged",
        "x",
        "mu.weight",
        "mu.bias",
        "lv.weight",
        "lv.bias");
  }
}
