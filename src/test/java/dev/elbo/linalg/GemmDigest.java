package dev.elbo.linalg;

import dev.elbo.random.Philox;
import java.util.Arrays;

/**
 * A program for {@link GemmTest}: prints the vector's length and, as one number, a product with
 * every kind of edge.
 */
final class GemmDigest {

  private GemmDigest() {}

  public static void main(String[] args) {
    System.out.println(MicroKernel.L);
    System.out.println(digest());
  }

  static int digest() {
    Philox random = Philox.stream(5, Philox.Purpose.SYNTHETIC_DATA, 0);
    int m = 101;
    int k = 1301;
    int n = 207;
    float[] a = new float[m * k];
    float[] b = new float[k * n];
    for (int i = 0; i < a.length; i++) {
      a[i] = (float) random.nextGaussian();
    }
    for (int i = 0; i < b.length; i++) {
      b[i] = (float) random.nextGaussian();
    }
    float[] c = new float[m * n];
    try (Workers workers = new Workers(2)) {
      new Gemm(workers).multiply(Matrix.of(a, m, k), Matrix.of(b, k, n), Matrix.of(c, m, n));
    }
    return Arrays.hashCode(c);
  }
}
