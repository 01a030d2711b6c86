package dev.elbo.gradients;

import static dev.elbo.gradients.Verdicts.assertRejects;
import static dev.elbo.gradients.Verdicts.assertRight;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.elbo.gradients.check.RandomValues;
import dev.elbo.gradients.check.Shape;
import dev.elbo.random.Noise;
import dev.elbo.reference.layers.LayerNorm;
import dev.elbo.testing.Shapes;
import dev.elbo.testing.Tolerances;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

/**
 * The layer takes from each row {@code x [H]} its mean, divides by its deviation, and multiplies by
 * a gain, the same for all rows (Ba, Kiros and Hinton 2016):
 *
 * <pre>
 * (1)  m = mean(x)                     mean over the H values of the row
 * (2)  v = mean((x - m)^2)
 * (3)  r = 1 / sqrt(v + eps)
 * (4)  n = (x - m) r
 * (5)  y = g n + b
 * </pre>
 *
 * <b>Gain and bias</b> reach every row, so one sums over rows, as in {@link G04LinearTest}: {@code
 * dg = sum dy n}, {@code db = sum dy}, and {@code dn = dy g} goes on.
 *
 * <p><b>The input</b> has three ways through (4): it stands there itself, in {@code m} and in
 * {@code r}. Each is one line:
 *
 * <pre>
 * (6)  itself          dn r
 * (7)  through m       -r mean(dn)                     dm/dx_j = 1/H, and n_i = ... - m r
 * (8)  through r       sum_i dn_i (x_i - m) dr/dx_j,   dr/dv = -r^3 / 2,  dv/dx_j = 2 (x_j - m) / H
 *                      = -r n_j mean(dn n)             (x - m) = n / r, twice
 * (9)  dx = r (dn - mean(dn) - n mean(dn n))
 * </pre>
 *
 * In (8) the mean inside of {@code v} adds nothing, because {@code mean(x - m) = 0}.
 *
 * <p><b>The properties.</b> (9) is the measured derivative. And without a computation: adding a
 * constant to a row does not change {@code y}, so the values of {@code dx} sum to 0.
 */
class G17LayerNormTest {

  private static final Example EXAMPLE = LayerNormExample.EXAMPLE;

  @Property(seed = "1", tries = 100)
  void gradientsAreTheDerivatives(@ForAll(supplier = Shapes.class) Shape shape) {
    assertRight(EXAMPLE, LayerNormExample.claim(shape, LayerNorm::backward));
  }

  @Property(seed = "1", tries = 50)
  void gradientOfARowSumsToNothing(@ForAll(supplier = Shapes.class) Shape shape) {
    RandomGenerator random = shape.random();
    LayerNorm layer = LayerNormExample.layer(shape.in(), random);
    layer.forward(RandomValues.dense(shape.users(), shape.in(), random), shape.pass(Noise.NONE, 0));
    DMatrixRMaj dX = layer.backward(RandomValues.dense(shape.users(), shape.in(), random));
    for (int b = 0; b < shape.users(); b++) {
      double sum = 0;
      for (int h = 0; h < shape.in(); h++) {
        sum += dX.get(b, h);
      }
      assertEquals(0, sum, Tolerances.FLOAT64 * (1 + shape.in()));
    }
  }

  /** (9) without (7). */
  @Test
  void rejectsTheForgottenMean() {
    assertRejects(EXAMPLE, "mean-forgotten", "x");
  }

  /** (9) without (8). */
  @Test
  void rejectsTheVarianceHeldStill() {
    assertRejects(EXAMPLE, "variance-held-still", "x");
  }

  /** {@code dn = dy}: right for a gain of 1 only. */
  @Test
  void rejectsTheForgottenGain() {
    assertRejects(EXAMPLE, "gain-forgotten", "x");
  }

  /** {@code dg = sum dy y}: right for a gain of 1 and a bias of 0 only. */
  @Test
  void rejectsTheGainOfTheOutput() {
    assertRejects(EXAMPLE, "gain-of-the-output", "gain");
  }
}
