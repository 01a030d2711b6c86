package dev.elbo.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.testing.Tolerances;
import dev.elbo.tornado.layers.Parameter;
import dev.elbo.tornado.layers.SparseRows;
import dev.elbo.tornado.layers.Tasks;
import dev.elbo.tornado.products.CuBlas;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The calls of cuBLAS, done by {@link Sgemm}. */
class CuBlasTest {

  /** Of three widths that all differ, so that none can stand for another. */
  @Test
  void productsOfALayer() {
    GemmTest.assertProducts(CuBlas.float32(), 7, 5, 3);
    GemmTest.assertProducts(CuBlas.float32(), 3, 5, 7);
    GemmTest.assertProducts(CuBlas.float32(), 1, 1, 1);
  }

  /** 10 bits of mantissa are kept; what is as near to two of them goes away from zero. */
  @Test
  void tf32KeepsTenBits() {
    float step = 0x1p-10f;
    assertEquals(1, Sgemm.tf32(1));
    assertEquals(1 + step, Sgemm.tf32(1 + step));
    assertEquals(1, Sgemm.tf32(Math.nextDown(1 + step / 2)));
    assertEquals(1 + step, Sgemm.tf32(1 + step / 2));
    assertEquals(-1 - step, Sgemm.tf32(-1 - step / 2));
    assertEquals(2, Sgemm.tf32(Math.nextDown(2f)));
    assertTrue(Float.isNaN(Sgemm.tf32(Float.NaN)));
  }

  /** Each product of two operands is off by a thousandth at most, and float32 by far less. */
  @Test
  void tf32IsOffByAThousandthOfTheTerms() {
    double[] float32 = error(CuBlas.float32());
    double[] tf32 = error(CuBlas.tuned(Sgemm.TF32));
    for (int n = 0; n < tf32.length; n++) {
      assertTrue(float32[n] < Tolerances.FLOAT32 / 100, "float32: " + float32[n]);
      assertTrue(tf32[n] < Tolerances.TF32, "TF32: " + tf32[n]);
      assertTrue(tf32[n] > 10 * float32[n], "TF32 rounds: " + tf32[n]);
    }
  }

  /** The largest error of {@code Y}, {@code dX} and {@code dW}, as a share of the terms' size. */
  private static double[] error(CuBlas products) {
    int users = 20;
    int in = 50;
    int out = 30;
    RandomGenerator random = new SplittableRandom(1);
    var rows = new SparseRows(users, 1, 1);
    rows.size.set(SparseRows.USERS, users);
    FloatArray x = normal(users * in, random);
    FloatArray dY = normal(users * out, random);
    FloatArray y = new FloatArray(users * out);
    FloatArray dX = new FloatArray(users * in);
    Parameter weight = Parameter.weight("weight", out, in);
    Parameter bias = Parameter.bias("bias", out);
    weight.makeTrainable();
    weight.value.getSegment().copyFrom(normal(out * in, random).getSegment());
    try (Graphs graphs = new PlainGraphs(products)) {
      Tasks tasks = graphs.add("products", /* hasLoss= */ false);
      tasks.take(rows.size, x, dY, weight.value, bias.value);
      products.forward(tasks, "0", rows, x, weight, bias, y, Optional.empty());
      products.backwardInput(tasks, "0", rows, dY, weight, dX);
      products.backwardWeight(tasks, "0", rows, dY, x, weight);
      graphs.execute("products");
    }
    FloatArray w = weight.value;
    return new double[] {
      error(users, out, in, (b, i) -> x.get(b * in + i), (i, o) -> w.get(o * in + i), y),
      error(users, in, out, (b, o) -> dY.get(b * out + o), (o, i) -> w.get(o * in + i), dX),
      error(
          out,
          in,
          users,
          (o, b) -> dY.get(b * out + o),
          (b, i) -> x.get(b * in + i),
          weight.gradient)
    };
  }

  private interface Matrix {
    double at(int row, int column);
  }

  private static double error(int m, int n, int k, Matrix a, Matrix b, FloatArray found) {
    double largest = 0;
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        double size = 0;
        for (int q = 0; q < k; q++) {
          sum += a.at(i, q) * b.at(q, j);
          size += Math.abs(a.at(i, q) * b.at(q, j));
        }
        largest = Math.max(largest, Math.abs(found.get(i * n + j) - sum) / size);
      }
    }
    return largest;
  }

  private static FloatArray normal(int size, RandomGenerator random) {
    FloatArray values = new FloatArray(size);
    for (int n = 0; n < size; n++) {
      values.set(n, (float) random.nextGaussian());
    }
    return values;
  }
}
