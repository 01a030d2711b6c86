package dev.elbo.tornado;

import dev.elbo.data.CsrMatrix;
import dev.elbo.linalg.Workers;
import dev.elbo.testing.States;
import dev.elbo.testing.Tolerances;
import dev.elbo.tornado.input.PreparedPass;
import dev.elbo.tornado.layers.Parameter;
import dev.elbo.tornado.layers.SparseLinear;
import dev.elbo.tornado.layers.SparseRows;
import dev.elbo.tornado.layers.Tasks;
import dev.elbo.tornado.objective.WeightDecay;
import dev.elbo.tornado.products.TiledGemm;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Sums as plain Java that are longer than what one work item adds up. */
class ReductionsTest {

  private static final int WIDTH = 3;

  /**
   * One user has all items, and one item all users: both are cut into pieces, the others are not.
   */
  @Test
  void longRowsAreTheSumsOfTheirPieces() {
    int users = 3 * SparseRows.PIECE + 5;
    int items = 2 * SparseRows.PIECE + 1;
    int[] row = new int[users - 1 + items];
    int[] column = new int[row.length];
    for (int n = 0; n < row.length; n++) { // user 1 has everything, the others have item 7
      row[n] = n < 1 ? 0 : n <= items ? 1 : n - items + 1;
      column[n] = n < 1 || n > items ? 7 : n - 1;
    }
    CsrMatrix x = CsrMatrix.of(users, items, row, column);
    var rows = new SparseRows(users + 2, items, x.size() + 9);
    try (var workers = new Workers(1)) {
      var pass = new PreparedPass(/* pass= */ null, x, workers);
      rows.prepare(x, pass);
      pass.begin();
    }
    RandomGenerator random = new SplittableRandom(3);
    Parameter weight = Parameter.weight("weight", WIDTH, items);
    Parameter bias = Parameter.bias("bias", WIDTH);
    weight.makeTrainable();
    bias.makeTrainable();
    FloatArray dY = new FloatArray(rows.users() * WIDTH);
    fill(dY, random);
    fill(weight.value, random);
    fill(bias.value, random);
    FloatArray y;
    try (Graphs graphs = new PlainGraphs(new TiledGemm())) {
      Tasks tasks = graphs.add("sums", /* hasLoss= */ true);
      tasks.take(rows.size, rows.value, dY, weight.value, bias.value);
      var layer = new SparseLinear("0", weight, bias, rows);
      y = layer.forward(tasks, rows.value);
      layer.backward(tasks, dY);
      graphs.execute("sums");
    }
    double[] expectedY = new double[users * WIDTH];
    double[] expectedWeight = new double[items * WIDTH];
    double[] expectedBias = new double[WIDTH];
    for (int h = 0; h < WIDTH; h++) {
      for (int b = 0; b < users; b++) {
        expectedY[b * WIDTH + h] = bias.value.get(h);
        expectedBias[h] += dY.get(b * WIDTH + h);
      }
      for (int n = 0; n < row.length; n++) {
        expectedY[row[n] * WIDTH + h] += weight.value.get(column[n] * WIDTH + h);
        expectedWeight[column[n] * WIDTH + h] += dY.get(row[n] * WIDTH + h);
      }
    }
    assertClose("Y", expectedY, y);
    assertClose("dW", expectedWeight, weight.gradient);
    assertClose("db", expectedBias, bias.gradient);
  }

  @Test
  void squaresAreAddedInParts() {
    RandomGenerator random = new SplittableRandom(4);
    Parameter weight = Parameter.weight("weight", 53, 61);
    fill(weight.value, random);
    double expected = 0;
    for (int n = 0; n < weight.size(); n++) {
      expected += (double) weight.value.get(n) * weight.value.get(n);
    }
    double found = 0;
    try (Graphs graphs = new PlainGraphs(new TiledGemm())) {
      Tasks tasks = graphs.add("squares", /* hasLoss= */ true);
      tasks.take(weight.value);
      FloatArray parts = WeightDecay.squares(tasks, 0, weight);
      graphs.execute("squares");
      for (int n = 0; n < parts.getSize(); n++) {
        found += parts.get(n);
      }
    }
    States.assertClose("sum of squares", expected, found, Tolerances.FLOAT32);
  }

  private static void assertClose(String what, double[] expected, FloatArray found) {
    for (int n = 0; n < expected.length; n++) {
      States.assertClose(what + " at " + n, expected[n], found.get(n), Tolerances.FLOAT32);
    }
  }

  private static void fill(FloatArray values, RandomGenerator random) {
    for (int n = 0; n < values.getSize(); n++) {
      values.set(n, (float) random.nextGaussian());
    }
  }
}
