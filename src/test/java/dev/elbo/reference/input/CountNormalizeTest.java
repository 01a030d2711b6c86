package dev.elbo.reference.input;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Pass;
import dev.elbo.random.Noise;
import dev.elbo.reference.layers.SparseRows;
import org.junit.jupiter.api.Test;

class CountNormalizeTest {

  /** What is masked does not count: three values of which one is 0 are divided by 1 + 2. */
  @Test
  void dividesByOneMoreThanTheNumberOfValues() {
    CsrMatrix pattern = new CsrMatrix(4, new int[] {0, 3, 3, 4}, new int[] {0, 1, 3, 2});
    SparseRows x = new SparseRows(pattern, new double[] {1, 0, 1, 1});
    SparseRows y =
        new CountNormalize().forward(x, new Pass(new int[] {0, 1, 2}, Noise.NONE, /* beta= */ 0));
    assertArrayEquals(new double[] {1 / 3.0, 0, 1 / 3.0, 0.5}, y.values());
  }
}
