package dev.elbo.gradients;

import static dev.elbo.gradients.Verdicts.assertRejects;
import static dev.elbo.gradients.Verdicts.assertRight;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.elbo.engine.Pass;
import dev.elbo.gradients.check.LayerClaim;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.gradients.check.Shape;
import dev.elbo.random.Noise;
import dev.elbo.reference.layers.Linear;
import dev.elbo.reference.layers.SparseLinear;
import dev.elbo.reference.layers.SparseRows;
import dev.elbo.testing.Shapes;
import dev.elbo.testing.Tolerances;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

/**
 * The layer computes {@code Y = X W^T + 1 b^T} for an {@code X [B, I]} that is nearly all zeros:
 * the user's items, a few dozen of many thousands. Only stored places are visited.
 *
 * <p><b>The derivation</b> is the dense layer's with the terms left out that are zero:
 *
 * <pre>
 * (1)  y_bh  = bias_h + sum_{i in row b} x_bi w_hi       a sum of columns of W
 * (2)  dw_hi = sum_{b that have i} dy_bh x_bi            (3) of G04: other users have x_bi = 0
 * (3)  dbias_h = sum_b dy_bh                             users without items included
 * (4)  dx_bi = sum_h dy_bh w_hi                          wanted at stored places only
 * </pre>
 *
 * (2) is a scatter: each stored place adds to one column of {@code dW}. Two users with the same
 * item add to the same column, so it is an addition and not an assignment, and {@code dW} is
 * cleared first.
 *
 * <p><b>The properties.</b> Measured derivatives; the adjoint, as for the dense layer; and the
 * dense layer itself, with the zeros filled in, gives the same.
 */
class G05SparseLinearTest {

  private static final Example EXAMPLE = SparseLinearExample.EXAMPLE;

  @Property(seed = "1", tries = 30)
  void gradientsAreTheDerivatives(@ForAll(supplier = Shapes.class) Shape shape) {
    assertRight(EXAMPLE, SparseLinearExample.claim(shape, SparseLinear::backward));
  }

  /** {@code <X W^T, C> = <X, C W> = <W, C^T X>}. */
  @Property(seed = "1", tries = 100)
  void backwardIsTheAdjointOfForward(@ForAll(supplier = Shapes.class) Shape shape) {
    RandomGenerator random = shape.random();
    SparseLinear layer = SparseLinearExample.layer(shape, random);
    layer.bias.value().zero();
    SparseRows x = SparseLinearExample.input(shape, random);
    DMatrixRMaj c = RandomValues.dense(shape.users(), shape.out(), random);
    DMatrixRMaj y = layer.forward(x, shape.pass(Noise.NONE, 0));
    SparseRows dX = layer.backward(c);

    double expected = LayerClaim.dot(y, c);
    double rounding = Tolerances.FLOAT64 * Math.sqrt(LayerClaim.dot(y, y) * LayerClaim.dot(c, c));
    assertEquals(expected, LayerClaim.dot(x, dX), rounding);
    assertEquals(expected, LayerClaim.dot(layer.weight.value(), layer.weight.gradient()), rounding);
  }

  @Property(seed = "1", tries = 100)
  void agreesWithTheDenseLayer(@ForAll(supplier = Shapes.class) Shape shape) {
    RandomGenerator random = shape.random();
    Linear dense = LinearExample.layer(shape, random);
    SparseLinear sparse = SparseLinearExample.layer(shape, shape.random());
    SparseRows x = SparseLinearExample.input(shape, random);
    DMatrixRMaj c = RandomValues.dense(shape.users(), shape.out(), random);
    Pass pass = shape.pass(Noise.NONE, 0);

    DMatrixRMaj filled = new DMatrixRMaj(shape.users(), shape.in());
    forEachStored(x, filled::set);
    double delta = 20 * Tolerances.FLOAT64;
    assertArrayEquals(dense.forward(filled, pass).data, sparse.forward(x, pass).data, delta);

    DMatrixRMaj denseDx = dense.backward(c);
    SparseRows dX = sparse.backward(c);
    assertArrayEquals(dense.weight.gradient().data, sparse.weight.gradient().data, delta);
    assertArrayEquals(dense.bias.gradient().data, sparse.bias.gradient().data, delta);
    forEachStored(dX, (b, i, value) -> assertEquals(denseDx.get(b, i), value, delta));
  }

  private interface Stored {
    void accept(int row, int column, double value);
  }

  private static void forEachStored(SparseRows x, Stored action) {
    for (int b = 0; b < x.pattern().rows(); b++) {
      for (int n = x.pattern().indptr()[b]; n < x.pattern().indptr()[b + 1]; n++) {
        action.accept(b, x.pattern().indices()[n], x.values()[n]);
      }
    }
  }

  /** {@code =} where {@code +=} belongs: right as long as no two users have the same item. */
  @Test
  void rejectsTheScatterThatOverwrites() {
    assertRejects(EXAMPLE, "scatter-overwrites", "weight");
  }

  /** {@code dw_hi += dy_bh}: the input is binary, but what reaches this layer is not. */
  @Test
  void rejectsTheIgnoredValues() {
    assertRejects(EXAMPLE, "values-ignored", "weight");
  }

  /** Seen only because the check leaves something in the gradient before it calls backward. */
  @Test
  void rejectsTheGradientThatIsNotCleared() {
    assertRejects(EXAMPLE, "gradient-not-cleared", "weight");
  }
}
