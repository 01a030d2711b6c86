package dev.elbo.gradients;

import static dev.elbo.gradients.Verdicts.assertRejects;
import static dev.elbo.gradients.Verdicts.assertRight;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.elbo.gradients.check.LayerClaim;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.gradients.check.Shape;
import dev.elbo.random.Noise;
import dev.elbo.reference.layers.Linear;
import dev.elbo.testing.Shapes;
import dev.elbo.testing.Tolerances;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

/**
 * The layer computes {@code Y = X W^T + 1 b^T}: {@code X [B, in]}, {@code W [out, in]}, {@code b
 * [out]}, {@code Y [B, out]}.
 *
 * <p><b>The derivation.</b> In components, with {@code b} for a user and {@code o} for an output:
 *
 * <pre>
 * (1)  y_bo = bias_o + sum_i x_bi w_oi
 * </pre>
 *
 * A variable may reach many outputs. The chain rule adds all ways from it to the loss:
 *
 * <pre>
 * (2)  dw_oi = sum over all y of dy (dy/dw_oi)                       chain rule
 * (3)        = sum_b dy_bo x_bi          in (1), w_oi is in y_bo of every b, beside x_bi
 * (4)  dW    = dY^T X                    [out, B] [B, in]: rows of X, weighted, summed over users
 *
 * (5)  dbias_o = sum_b dy_bo             it is in y_bo of every b, beside 1
 *
 * (6)  dx_bi = sum_o dy_bo w_oi          in (1), x_bi is in y_bo of every o, beside w_oi
 * (7)  dX    = dY W                      [B, out] [out, in]
 * </pre>
 *
 * Sizes are a check already: only one order of the factors fits, unless a matrix is square.
 *
 * <p><b>The properties.</b> Each of the three is the measured derivative of {@code f = <Y, C>}.
 * Besides, {@code Y} is linear in {@code X}, and in {@code W}, when there is no bias. Then the
 * backward pass is the adjoint of the forward pass, {@code <X W^T, C> = <X, C W> = <W, C^T X>}: an
 * identity that needs no step, is exact up to rounding, and holds on a float engine as well.
 */
class G04LinearTest {

  private static final Example EXAMPLE = LinearExample.EXAMPLE;

  @Property(seed = "1", tries = 30)
  void gradientsAreTheDerivatives(@ForAll(supplier = Shapes.class) Shape shape) {
    assertRight(EXAMPLE, LinearExample.claim(shape, Linear::backward));
  }

  @Property(seed = "1", tries = 100)
  void backwardIsTheAdjointOfForward(@ForAll(supplier = Shapes.class) Shape shape) {
    Adjoint adjoint = adjoint(shape, Linear::backward);
    assertEquals(adjoint.y, adjoint.x, adjoint.rounding);
    assertEquals(adjoint.y, adjoint.w, adjoint.rounding);
  }

  /** {@code <Y, C>}, {@code <X, dX>} and {@code <W, dW>}, and how far they may be apart. */
  private record Adjoint(double y, double x, double w, double rounding) {}

  private static Adjoint adjoint(
      Shape shape, BiFunction<Linear, DMatrixRMaj, DMatrixRMaj> backward) {
    RandomGenerator random = shape.random();
    Linear layer = LinearExample.layer(shape, random);
    layer.bias.value().zero();
    DMatrixRMaj x = RandomValues.dense(shape.users(), shape.in(), random);
    DMatrixRMaj c = RandomValues.dense(shape.users(), shape.out(), random);
    DMatrixRMaj y = layer.forward(x, shape.pass(Noise.NONE, 0));
    DMatrixRMaj dX = backward.apply(layer, c);
    return new Adjoint(
        LayerClaim.dot(y, c),
        LayerClaim.dot(x, dX),
        LayerClaim.dot(layer.weight.value(), layer.weight.gradient()),
        Tolerances.FLOAT64 * Math.sqrt(LayerClaim.dot(y, y) * LayerClaim.dot(c, c)));
  }

  /** {@code dX = dY W^T}. */
  @Test
  void rejectsTheTransposedWeight() {
    assertRejects(EXAMPLE, "weight-transposed", "x");
    Adjoint adjoint = adjoint(EXAMPLE.shape(), LinearExample::weightTransposed);
    assertNotEquals(adjoint.y, adjoint.x, adjoint.rounding);
  }

  /** {@code dW = X^T dY}. */
  @Test
  void rejectsTheTransposedProduct() {
    assertRejects(EXAMPLE, "product-transposed", "weight");
    Adjoint adjoint = adjoint(EXAMPLE.shape(), LinearExample::productTransposed);
    assertNotEquals(adjoint.y, adjoint.w, adjoint.rounding);
  }

  /** {@code dbias = mean of dy}: 1/B is in {@code dy} already, from the loss. */
  @Test
  void rejectsTheAveragedBias() {
    assertRejects(EXAMPLE, "bias-averaged", "bias");
  }
}
