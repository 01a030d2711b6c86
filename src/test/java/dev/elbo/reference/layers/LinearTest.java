package dev.elbo.reference.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.elbo.engine.Pass;
import dev.elbo.random.Noise;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

class LinearTest {

  @Test
  void isWeightTimesInputPlusBias() {
    Linear layer = new Linear(Parameter.weight("weight", 2, 3), Parameter.bias("bias", 2));
    layer.weight.value().setTo(new DMatrixRMaj(new double[][] {{1, 2, 3}, {-1, 0, 1}}));
    layer.bias.value().setTo(new DMatrixRMaj(new double[][] {{10, 20}}));
    DMatrixRMaj x = new DMatrixRMaj(new double[][] {{1, 1, 1}, {0, 1, 2}});
    assertArrayEquals(
        new double[] {16, 20, 18, 22}, layer.forward(x, new Pass(new int[2], Noise.NONE, 0)).data);
  }
}
