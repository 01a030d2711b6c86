package dev.elbo.reference.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Pass;
import dev.elbo.random.Noise;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

class SparseLinearTest {

  /** The first user has items 0 and 2, the second none, the third item 1. */
  @Test
  void isWeightTimesInputPlusBias() {
    SparseLinear layer =
        new SparseLinear(Parameter.weight("weight", 2, 3), Parameter.bias("bias", 2));
    layer.weight.value().setTo(new DMatrixRMaj(new double[][] {{1, 2, 3}, {-1, 0, 1}}));
    layer.bias.value().setTo(new DMatrixRMaj(new double[][] {{10, 20}}));
    CsrMatrix pattern = new CsrMatrix(3, new int[] {0, 2, 2, 3}, new int[] {0, 2, 1});
    SparseRows x = new SparseRows(pattern, new double[] {1, 2, 5});
    assertArrayEquals(
        new double[] {17, 21, 10, 20, 20, 20},
        layer.forward(x, new Pass(new int[3], Noise.NONE, 0)).data);
  }
}
