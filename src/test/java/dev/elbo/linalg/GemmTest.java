package dev.elbo.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.random.Philox;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GemmTest {

  private static final List<Workers> THREADS =
      List.of(new Workers(1), new Workers(2), new Workers(3));

  @AfterAll
  static void close() {
    THREADS.forEach(Workers::close);
  }

  /** The definition: one chain of fused multiply-adds in the order of k. */
  private static void naive(Matrix a, Matrix b, Matrix c, boolean add) {
    for (int i = 0; i < c.rows(); i++) {
      for (int j = 0; j < c.columns(); j++) {
        float sum = add ? c.data()[c.at(i, j)] : 0;
        for (int k = 0; k < a.columns(); k++) {
          sum = Math.fma(a.data()[a.at(i, k)], b.data()[b.at(k, j)], sum);
        }
        c.data()[c.at(i, j)] = sum;
      }
    }
  }

  /** Normal values everywhere, also around the matrix, which lies inside a wider array. */
  private static Matrix random(int rows, int columns, boolean transposed, Philox random) {
    return transposed
        ? random(columns, rows, false, random).transposed()
        : inside(rows, columns, 3, 5, random);
  }

  private static Matrix inside(int rows, int columns, int offset, int gap, Philox random) {
    float[] data = new float[offset + rows * (columns + gap)];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) random.nextGaussian();
    }
    return new Matrix(data, offset, rows, columns, columns + gap, 1);
  }

  private static Matrix copy(Matrix m) {
    return new Matrix(
        m.data().clone(), m.offset(), m.rows(), m.columns(), m.rowStride(), m.columnStride());
  }

  private static void check(int m, int k, int n) {
    Philox random = Philox.stream(1, Philox.Purpose.SYNTHETIC_DATA, m + 31 * k + 1009 * n);
    for (boolean aTransposed : new boolean[] {false, true}) {
      for (boolean bTransposed : new boolean[] {false, true}) {
        Matrix a = random(m, k, aTransposed, random);
        Matrix b = random(k, n, bTransposed, random);
        Matrix before = random(m, n, false, random);
        Matrix product = copy(before);
        naive(a, b, product, false);
        Matrix sum = copy(before);
        naive(a, b, sum, true);
        for (Workers workers : THREADS) {
          Gemm gemm = new Gemm(workers);
          Matrix c = copy(before);
          gemm.multiply(a, b, c);
          // The whole array: the bits of the product, and nothing written beside it.
          assertArrayEquals(product.data(), c.data());
          c = copy(before);
          gemm.multiplyAdd(a, b, c);
          assertArrayEquals(sum.data(), c.data());
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 7, 13, 17, 31, 33})
  void everySmallShapeIsTheNaiveLoopBitForBit(int m) {
    for (int k : new int[] {0, 1, 2, 7, 33}) {
      for (int n : new int[] {0, 1, 2, 3, 13, 17, 31, 32, 33, 65}) {
        check(m, k, n);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "100, 207, 100",
    "207, 100, 207",
    "1, 4098, 1",
    "1, 3, 4098",
    "4098, 3, 1",
    "4098, 1, 33",
    "13, 2000, 35",
    "31, 31, 9001",
    "7001, 17, 31",
    "170, 1300, 40"
  })
  void largerShapesAreTheNaiveLoopBitForBit(int m, int k, int n) {
    check(m, k, n);
  }

  @Test
  void theErrorIsWithinTheBoundOfASumOfThatLength() {
    int m = 50;
    int k = 1000;
    int n = 60;
    Philox random = Philox.stream(2, Philox.Purpose.SYNTHETIC_DATA, 0);
    Matrix a = random(m, k, false, random);
    Matrix b = random(k, n, false, random);
    Matrix c = random(m, n, false, random);
    new Gemm(THREADS.get(1)).multiply(a, b, c);
    // Higham, "Accuracy and stability of numerical algorithms", section 3.1: gamma_k |a|'|b|.
    double u = 0x1p-24;
    double gamma = k * u / (1 - k * u);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double exact = 0;
        double magnitude = 0;
        for (int l = 0; l < k; l++) {
          double product = (double) a.data()[a.at(i, l)] * b.data()[b.at(l, j)];
          exact += product;
          magnitude += Math.abs(product);
        }
        assertEquals(exact, c.data()[c.at(i, j)], gamma * magnitude);
      }
    }
  }

  @Test
  void whatCHeldBeforeIsNotRead() {
    Philox random = Philox.stream(3, Philox.Purpose.SYNTHETIC_DATA, 0);
    Matrix a = random(20, 9, false, random);
    Matrix b = random(9, 70, false, random);
    float[] c = new float[20 * 70];
    Arrays.fill(c, Float.NaN);
    new Gemm(THREADS.get(0)).multiply(a, b, Matrix.of(c, 20, 70));
    for (float value : c) {
      assertTrue(Float.isFinite(value));
    }
  }

  @Test
  void anInfinityReachesItsOwnRowAndColumnOnly() {
    float[] a = new float[5 * 3];
    Arrays.fill(a, 1);
    a[2 * 3] = Float.POSITIVE_INFINITY;
    float[] b = new float[3 * 40];
    Arrays.fill(b, 1);
    float[] c = new float[5 * 40];
    new Gemm(THREADS.get(0)).multiply(Matrix.of(a, 5, 3), Matrix.of(b, 3, 40), Matrix.of(c, 5, 40));
    for (int i = 0; i < c.length; i++) {
      assertEquals(i / 40 == 2 ? Float.POSITIVE_INFINITY : 3, c[i]);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 5, 4", "1, 0, 1", "500, 1300, 601", "7001, 3, 31", "31, 3, 9001"})
  void everyElementIsHandedOnOnceWhenItIsFinished(int m, int k, int n) {
    Philox random = Philox.stream(4, Philox.Purpose.SYNTHETIC_DATA, 0);
    Matrix a = random(m, k, false, random);
    Matrix b = random(k, n, false, random);
    for (Workers workers : THREADS) {
      Gemm gemm = new Gemm(workers);
      float[] product = new float[m * n];
      gemm.multiply(a, b, Matrix.of(product, m, n));
      float[] c = new float[m * n];
      AtomicIntegerArray seen = new AtomicIntegerArray(m * n);
      gemm.multiply(
          a,
          b,
          Matrix.of(c, m, n),
          (rowFrom, rowTo, columnFrom, columnTo) -> {
            for (int i = rowFrom; i < rowTo; i++) {
              for (int j = columnFrom; j < columnTo; j++) {
                seen.incrementAndGet(i * n + j);
                c[i * n + j] *= -2;
              }
            }
          });
      for (int i = 0; i < m * n; i++) {
        assertEquals(1, seen.get(i));
        assertEquals(-2 * product[i], c[i]);
      }
    }
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    Gemm gemm = new Gemm(THREADS.get(0));
    float[] data = new float[100];
    Matrix a = Matrix.of(data, 2, 3);
    Matrix c = Matrix.of(data, 2, 5);
    Matrix wrong = Matrix.of(data, 4, 5);
    Exception e = assertThrows(IllegalArgumentException.class, () -> gemm.multiply(a, wrong, c));
    assertEquals("[2, 3] times [4, 5] into [2, 5]", e.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> gemm.multiply(a, Matrix.of(data, 3, 5), Matrix.of(data, 5, 2).transposed()));
  }

  /** With {@code UseAVX=2} there are 16 registers, and the other kernel. */
  @ParameterizedTest
  @CsvSource({
    "-XX:MaxVectorSize=16, 16",
    "-XX:MaxVectorSize=32, 32",
    "-XX:MaxVectorSize=64, 64",
    "-XX:UseAVX=2, 32"
  })
  void neitherVectorLengthNorKernelChangesABit(String option, int bytes)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-XX:+IgnoreUnrecognizedVMOptions",
                option,
                "-cp",
                System.getProperty("java.class.path"),
                GemmDigest.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<String> lines = process.inputReader().readAllLines();
    assertEquals(0, process.waitFor());
    assertTrue(Integer.parseInt(lines.get(0)) * Float.BYTES <= bytes);
    assertEquals(GemmDigest.digest(), Integer.parseInt(lines.get(1)));
  }
}
