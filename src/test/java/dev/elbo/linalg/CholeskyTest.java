package dev.elbo.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.random.Philox;
import dev.elbo.testing.Tolerances;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CholeskyTest {

  /** {@code R'R / n + I}, with eigenvalues from 1 to about 5. */
  private static float[] positiveDefinite(int n) {
    var random = Philox.stream(3, Philox.Purpose.INITIALIZATION, n);
    var r = new DMatrixRMaj(n, n);
    for (int i = 0; i < n * n; i++) {
      r.data[i] = random.nextGaussian() / Math.sqrt(n);
    }
    var product = CommonOps_DDRM.identity(n);
    CommonOps_DDRM.multAddTransA(r, r, product);
    return floats(product);
  }

  private static float[] floats(DMatrixRMaj matrix) {
    float[] floats = new float[matrix.getNumElements()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) matrix.data[i];
    }
    return floats;
  }

  private static float[] inverse(float[] a, int n, int threads) {
    float[] inverse = a.clone();
    try (Workers workers = new Workers(threads)) {
      new Cholesky(workers).invert(inverse, n);
    }
    return inverse;
  }

  /** Around the widths of blocks (128) and strips (512), and far from them. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 17, 127, 128, 129, 300, 641, 771})
  void theLowerTriangleIsThatOfTheInverse(int n) {
    float[] a = positiveDefinite(n);
    float[] inverse = inverse(a, n, 2);
    var expected = new DMatrixRMaj(n, n);
    for (int i = 0; i < n * n; i++) {
      expected.data[i] = a[i];
    }
    assertTrue(CommonOps_DDRM.invert(expected));
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        assertEquals(
            expected.get(i, j), inverse[i * n + j], Tolerances.FLOAT32, "(%d, %d)".formatted(i, j));
      }
    }
  }

  @Test
  void whatIsAboveTheDiagonalIsNotRead() {
    int n = 300;
    float[] a = positiveDefinite(n);
    float[] lower = a.clone();
    for (int i = 0; i < n; i++) {
      for (int j = i + 1; j < n; j++) {
        lower[i * n + j] = Float.NaN;
      }
    }
    float[] expected = inverse(a, n, 1);
    float[] inverse = inverse(lower, n, 1);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        assertEquals(expected[i * n + j], inverse[i * n + j]);
      }
    }
  }

  @Test
  void theBitsDoNotDependOnTheThreads() {
    float[] a = positiveDefinite(641);
    assertArrayEquals(inverse(a, 641, 1), inverse(a, 641, 3));
  }

  /** The second pivot of the last matrix is 1 - 2^2. */
  @Test
  void aMatrixThatIsNotPositiveDefiniteIsRefused() {
    assertThrows(ArithmeticException.class, () -> inverse(new float[] {0}, 1, 1));
    assertThrows(ArithmeticException.class, () -> inverse(new float[] {Float.NaN}, 1, 1));
    var error =
        assertThrows(ArithmeticException.class, () -> inverse(new float[] {1, 2, 2, 1}, 2, 1));
    assertEquals("not positive definite: pivot -3.0 in row 1", error.getMessage());
  }
}
