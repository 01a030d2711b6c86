package dev.elbo.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.elbo.bench.Product.Form;
import dev.elbo.linalg.Workers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A peer that multiplies other matrices is fast for nothing. */
class NetlibBlasTest {

  /** Sums of at most 19 products of values up to 1. */
  private static final float TOLERANCE = 1e-5f;

  @ParameterizedTest
  @EnumSource
  void Java_s_BLAS_multiplies_on_several_threads(Form form) {
    try (var workers = new Workers(3)) {
      assertMultiplies(NetlibBlas.java(workers), Product.of(form, 7, 19, 13));
    }
  }

  @ParameterizedTest
  @EnumSource
  void OpenBLAS_multiplies(Form form) {
    var openBlas = NetlibBlas.openBlas(1);
    assumeTrue(openBlas.isPresent(), "OpenBLAS is not on this machine");
    assertMultiplies(openBlas.get(), Product.of(form, 7, 19, 13));
  }

  private static void assertMultiplies(NetlibBlas blas, Product product) {
    int m = product.m();
    int k = product.k();
    int n = product.n();
    float[] a = Product.values(m * k);
    float[] b = Product.values(k * n);
    float[] expected = new float[m * n];
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        for (int l = 0; l < k; l++) {
          float left = product.form() == Form.WEIGHT_GRADIENT ? a[l * m + i] : a[i * k + l];
          float right = product.form() == Form.FORWARD ? b[j * k + l] : b[l * n + j];
          expected[i * n + j] += left * right;
        }
      }
    }
    float[] c = new float[m * n];
    blas.multiply(product, a, b, c);
    assertArrayEquals(expected, c, TOLERANCE);
  }
}
