package dev.elbo.reference.objective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.data.CsrMatrix;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.gradients.check.Shape;
import dev.elbo.testing.Shapes;
import dev.elbo.testing.Tolerances;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;

class MultinomialLossTest {

  private final MultinomialLoss loss = new MultinomialLoss();

  /** Three items; the users have none, one, and all of them. */
  private final CsrMatrix users = new CsrMatrix(3, new int[] {0, 0, 1, 4}, new int[] {1, 0, 1, 2});

  /** Equal logits: every item has probability 1 / I, whatever their value. */
  @Test
  void uniformLogitsCostTheLogarithmOfTheNumberOfItems() {
    DMatrixRMaj logits = new DMatrixRMaj(3, 3);
    CommonOps_DDRM.fill(logits, -17);
    assertEquals((0 + 1 + 3) * Math.log(3) / 3, loss.forward(logits, users), Tolerances.FLOAT64);
  }

  /** {@code softmax(log 1, log 2, log 5) = (1, 2, 5) / 8}. */
  @Test
  void knownProbabilities() {
    DMatrixRMaj logits = new DMatrixRMaj(new double[][] {{Math.log(1), Math.log(2), Math.log(5)}});
    CsrMatrix x = new CsrMatrix(3, new int[] {0, 2}, new int[] {1, 2});
    assertEquals(-Math.log(2 / 8.0) - Math.log(5 / 8.0), loss.forward(logits, x), 1e-14);
    assertArrayEquals(
        new double[] {2 / 8.0, 2 * 2 / 8.0 - 1, 2 * 5 / 8.0 - 1}, loss.backward().data, 1e-14);
  }

  /** A constant added to a user's logits changes nothing; a thousand overflows no exponential. */
  @Property(seed = "1", tries = 100)
  void aShiftChangesNothingAndLargeLogitsStayFinite(@ForAll(supplier = Shapes.class) Shape shape) {
    RandomGenerator random = shape.random();
    CsrMatrix x = RandomValues.sparse(shape.users(), shape.out(), random);
    DMatrixRMaj logits = RandomValues.dense(shape.users(), shape.out(), random);
    CommonOps_DDRM.scale(random.nextInt(2) == 0 ? 1 : 300, logits);
    double before = loss.forward(logits, x);
    double[] dLogits = loss.backward().data;

    for (int b = 0; b < shape.users(); b++) {
      double shift = random.nextDouble(-1000, 1000);
      for (int i = 0; i < shape.out(); i++) {
        logits.add(b, i, shift);
      }
    }
    double rounding = 1000 * shape.out() * Tolerances.FLOAT64;
    assertTrue(Double.isFinite(before) && before >= 0, () -> "loss " + before);
    assertEquals(before, loss.forward(logits, x), rounding);
    assertArrayEquals(dLogits, loss.backward().data, rounding);
  }
}
