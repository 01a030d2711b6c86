package dev.elbo.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.random.Philox;
import dev.elbo.testing.Tolerances;
import java.util.Arrays;
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

  private static float[] solution(float[] a, float[] b, int threads) {
    int n = b.length;
    float[] system = Arrays.copyOf(a, (n + 1) * n);
    System.arraycopy(b, 0, system, n * n, n);
    try (Workers workers = new Workers(threads)) {
      new Cholesky(workers).solve(system, n);
    }
    return Arrays.copyOfRange(system, n * n, (n + 1) * n);
  }

  private static float[] rightHandSide(int n) {
    var random = Philox.stream(4, Philox.Purpose.INITIALIZATION, n);
    float[] b = new float[n];
    for (int i = 0; i < n; i++) {
      b[i] = (float) random.nextGaussian();
    }
    return b;
  }

  /**
   * Around the widths of its blocks (32) and strips (64); what is above the diagonal is not read.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 31, 32, 33, 64, 65, 97, 160, 300})
  void aSystemIsSolvedAsInFloat64(int n) {
    float[] a = positiveDefinite(n);
    float[] b = rightHandSide(n);
    var left = new DMatrixRMaj(n, n);
    var right = new DMatrixRMaj(n, 1);
    for (int i = 0; i < n; i++) {
      right.data[i] = b[i];
      for (int j = 0; j < n; j++) {
        left.set(i, j, a[i * n + j]);
      }
      Arrays.fill(a, i * n + i + 1, (i + 1) * n, Float.NaN);
    }
    var expected = new DMatrixRMaj(n, 1);
    assertTrue(CommonOps_DDRM.solve(left, right, expected));
    float[] x = solution(a, b, 2);
    for (int i = 0; i < n; i++) {
      assertEquals(expected.data[i], x[i], Tolerances.FLOAT32);
    }
    assertArrayEquals(x, solution(a, b, 1));
    assertArrayEquals(x, solution(a, b, 3));
  }

  @Test
  void aSystemThatIsNotPositiveDefiniteIsRefused() {
    var error =
        assertThrows(
            ArithmeticException.class,
            () -> solution(new float[] {1, 2, 2, 1}, new float[] {1, 1}, 1));
    assertEquals("not positive definite: pivot -3.0 in row 1", error.getMessage());
  }
}
