package dev.elbo.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.testing.States;
import dev.elbo.testing.Tolerances;
import dev.elbo.tornado.layers.Parameter;
import dev.elbo.tornado.layers.Products;
import dev.elbo.tornado.layers.SparseRows;
import dev.elbo.tornado.layers.Tasks;
import dev.elbo.tornado.products.Gemm;
import dev.elbo.tornado.products.PackedGemm;
import dev.elbo.tornado.products.TiledGemm;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Products as plain Java: beyond one tile, and with an inner dimension in parts. */
class GemmTest {

  /** Beyond one tile; the gradient of the input is divided into parts, and they are not equal. */
  @Test
  void ofFewUnitsToMany() {
    assertProducts(new TiledGemm(), TiledGemm.ROWS + 2, TiledGemm.COLUMNS + 1, 300);
    assertProducts(new PackedGemm(), 7, 3, 2 * PackedGemm.DEPTH + 17);
  }

  /** The product itself is divided. */
  @Test
  void ofManyUnitsToFew() {
    assertProducts(new TiledGemm(), 3, 300, 5);
    assertProducts(new PackedGemm(), PackedGemm.ROWS + 2, 2 * PackedGemm.DEPTH + 17, 5);
  }

  /** The gradient of the weight is divided: it is a sum over users, some of which are not there. */
  @Test
  void ofManyUsers() {
    assertProducts(new TiledGemm(), 300, 5, 3);
    assertProducts(new PackedGemm(), 2 * PackedGemm.DEPTH + 17, 5, 3);
  }

  /** The last part of that sum has nobody, and nothing of an earlier batch may be left in it. */
  @Test
  void ofFewUsersWhereThereIsRoomForMany() {
    assertProducts(new TiledGemm(), 2, 300, 5, 3);
    assertProducts(new PackedGemm(), 2, 2 * PackedGemm.DEPTH, 5, 3);
  }

  /** Enough groups for a large device, but none with too little to do. */
  @Test
  void partsAreOfTheShapeAlone() {
    Gemm.Blocks blocks = new TiledGemm().blocks();
    var whole = new Gemm.Shape(500, 20_108, 600, 600, 1, 1, 600, 1);
    assertEquals(1, blocks.parts(whole));
    var divided = new Gemm.Shape(500, 600, 20_108, 20_108, 1, 600, 1, 0);
    int parts = blocks.parts(divided);
    assertTrue(parts * blocks.across(divided) * blocks.down(divided) >= 512);
    assertTrue(parts * blocks.partDepth(divided) >= 20_108);
    assertEquals(1, blocks.parts(new Gemm.Shape(1, 1, 255, 255, 1, 1, 1, 0)));
  }

  /** The three products of a layer, for a batch that is smaller than the largest. */
  static void assertProducts(Products products, int users, int in, int out) {
    assertProducts(products, users, users + 3, in, out);
  }

  private static void assertProducts(Products products, int users, int most, int in, int out) {
    RandomGenerator random = new SplittableRandom(users);
    var rows = new SparseRows(most, 1, 1);
    rows.size.set(SparseRows.USERS, users);
    FloatArray x = normal(users * in, (most - users) * in, random);
    FloatArray dY = normal(users * out, (most - users) * out, random);
    FloatArray y = new FloatArray(most * out);
    FloatArray tanh = new FloatArray(most * out);
    FloatArray dX = new FloatArray(most * in);
    Parameter weight = Parameter.weight("weight", out, in);
    Parameter bias = Parameter.bias("bias", out);
    weight.makeTrainable();
    fill(weight.value, random);
    fill(bias.value, random);
    try (Graphs graphs = new PlainGraphs(products)) {
      Tasks tasks = graphs.add("products", /* hasLoss= */ false);
      tasks.take(rows.size, x, dY, weight.value, bias.value);
      tasks.products().forward(tasks, "0", rows, x, weight, bias, y, Optional.of(tanh));
      tasks.products().backwardInput(tasks, "0", rows, dY, weight, dX);
      tasks.products().backwardWeight(tasks, "0", rows, dY, x, weight);
      graphs.execute("products");
    }
    for (int o = 0; o < out; o++) {
      for (int b = 0; b < users; b++) {
        double expected = bias.value.get(o);
        for (int i = 0; i < in; i++) {
          expected += x.get(b * in + i) * weight.value.get(o * in + i);
        }
        States.assertClose(
            "Y at " + b + ", " + o, expected, y.get(b * out + o), Tolerances.FLOAT32);
        States.assertClose(
            "tanh at " + b + ", " + o,
            Math.tanh(expected),
            tanh.get(b * out + o),
            Tolerances.FLOAT32);
      }
      for (int i = 0; i < in; i++) {
        double expected = 0;
        for (int b = 0; b < users; b++) {
          expected += dY.get(b * out + o) * x.get(b * in + i);
        }
        States.assertClose(
            "dW at " + o + ", " + i, expected, weight.gradient.get(o * in + i), Tolerances.FLOAT32);
      }
    }
    for (int b = 0; b < users; b++) {
      for (int i = 0; i < in; i++) {
        double expected = 0;
        for (int o = 0; o < out; o++) {
          expected += dY.get(b * out + o) * weight.value.get(o * in + i);
        }
        States.assertClose(
            "dX at " + b + ", " + i, expected, dX.get(b * in + i), Tolerances.FLOAT32);
      }
    }
  }

  /** Draws, and after them what is no number: rows beyond a batch may be anything. */
  private static FloatArray normal(int size, int beyond, RandomGenerator random) {
    FloatArray values = new FloatArray(size + beyond);
    fill(values, random);
    for (int n = size; n < size + beyond; n++) {
      values.set(n, Float.NaN);
    }
    return values;
  }

  private static void fill(FloatArray values, RandomGenerator random) {
    for (int n = 0; n < values.getSize(); n++) {
      values.set(n, (float) random.nextGaussian());
    }
  }
}
