package dev.elbo.reference.input;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Pass;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.gradients.check.Shape;
import dev.elbo.random.Noise;
import dev.elbo.reference.layers.SparseRows;
import dev.elbo.testing.Shapes;
import dev.elbo.testing.Tolerances;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class L2NormalizeTest {

  private final L2Normalize layer = new L2Normalize();

  @Test
  void scalesRowsAndLeavesAnEmptyOneEmpty() {
    CsrMatrix pattern = new CsrMatrix(3, new int[] {0, 2, 2, 3}, new int[] {0, 2, 1});
    SparseRows x = new SparseRows(pattern, new double[] {3, -4, 5});
    assertArrayEquals(
        new double[] {0.6, -0.8, 1},
        layer.forward(x, new Pass(new int[3], Noise.NONE, 0)).values(),
        1e-15);
  }

  @Test
  void aRowOfStoredZerosStaysZeroAndHasNoGradient() {
    CsrMatrix pattern = new CsrMatrix(2, new int[] {0, 2}, new int[] {0, 1});
    SparseRows x = new SparseRows(pattern, new double[] {0, 0});
    Pass pass = new Pass(new int[1], Noise.NONE, 0);
    assertArrayEquals(new double[] {0, 0}, layer.forward(x, pass).values());
    assertArrayEquals(new double[] {0, 0}, layer.backward(x.with(new double[] {1, -1})).values());
  }

  @Property(seed = "1", tries = 100)
  void rowsHaveUnitLength(@ForAll(supplier = Shapes.class) Shape shape) {
    RandomGenerator random = shape.random();
    CsrMatrix pattern = RandomValues.sparse(shape.users(), shape.in(), random);
    SparseRows x = new SparseRows(pattern, RandomValues.awayFromZero(pattern.size(), random));
    SparseRows y = layer.forward(x, shape.pass(Noise.NONE, 0));
    for (int b = 0; b < shape.users(); b++) {
      double[] row = Arrays.copyOfRange(y.values(), pattern.indptr()[b], pattern.indptr()[b + 1]);
      assertEquals(row.length == 0 ? 0 : 1, GradientCheck.dot(row, row), Tolerances.FLOAT64);
    }
  }
}
