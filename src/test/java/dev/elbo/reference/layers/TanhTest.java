package dev.elbo.reference.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.elbo.engine.Pass;
import dev.elbo.random.Noise;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

class TanhTest {

  @Test
  void isTheHyperbolicTangent() {
    DMatrixRMaj x = new DMatrixRMaj(new double[][] {{0, 1, -1, 1000}});
    double tanh1 = (Math.E * Math.E - 1) / (Math.E * Math.E + 1);
    assertArrayEquals(
        new double[] {0, tanh1, -tanh1, 1},
        new Tanh().forward(x, new Pass(new int[1], Noise.NONE, 0)).data,
        1e-15);
  }
}
