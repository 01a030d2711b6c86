package dev.elbo.tornado;

import dev.elbo.tornado.layers.Gemm;
import dev.elbo.tornado.layers.Parameter;
import dev.elbo.tornado.layers.SparseRows;
import dev.elbo.tornado.layers.Tasks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The largest product of a Mult-VAE, {@code [500, 600] x [600, 20108]}, by {@link Gemm} and by the
 * three loops that one would write first; they take turns. Started by hand.
 */
final class GemmBenchmark {

  private static final int USERS = 500;
  private static final int IN = 600;
  private static final int OUT = 20_108;
  private static final int ROUNDS = 3;

  private GemmBenchmark() {}

  /** Prints the median of each, and how they compare. */
  @SuppressWarnings("SystemOut")
  public static void main(String[] args) throws Exception {
    FloatArray x = new FloatArray(USERS * IN);
    FloatArray y = new FloatArray(USERS * OUT);
    Parameter weight = Parameter.weight("weight", OUT, IN);
    Parameter bias = Parameter.bias("bias", OUT);
    x.init(0.5f);
    weight.value.init(0.25f);
    var rows = new SparseRows(USERS, 1, 1);
    rows.size.set(SparseRows.USERS, USERS);
    Tasks tiled =
        new Tasks("tiled", new TaskGraph("tiled"), new GridScheduler(), new Gemm(), false);
    tiled
        .graph()
        .transferToDevice(DataTransferMode.FIRST_EXECUTION, x, weight.value, bias.value, rows.size);
    tiled.products().forward(tiled, "0", rows, x, weight, bias, y);
    tiled.graph().transferToHost(DataTransferMode.EVERY_EXECUTION, y);
    TaskGraph naive =
        new TaskGraph("naive")
            .transferToDevice(DataTransferMode.FIRST_EXECUTION, x, weight.value)
            .task("product", GemmBenchmark::product, x, weight.value, y, USERS, OUT, IN)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, y);
    List<double[]> seconds = new ArrayList<>(List.of(new double[ROUNDS], new double[ROUNDS]));
    try (var first = new TornadoExecutionPlan(tiled.graph().snapshot());
        var second = new TornadoExecutionPlan(naive.snapshot())) {
      first.withGridScheduler(tiled.grids());
      for (int round = -1; round < ROUNDS; round++) {
        for (int n = 0; n < 2; n++) {
          long start = System.nanoTime();
          (n == 0 ? first : second).execute();
          if (round >= 0) {
            seconds.get(n)[round] = (System.nanoTime() - start) / 1e9;
          }
        }
      }
    }
    seconds.forEach(Arrays::sort);
    double tiledSeconds = seconds.getFirst()[ROUNDS / 2];
    double naiveSeconds = seconds.getLast()[ROUNDS / 2];
    System.out.printf(
        "Gemm %.2f s, three loops %.2f s: ratio %.1f%n",
        tiledSeconds, naiveSeconds, naiveSeconds / tiledSeconds);
  }

  static void product(FloatArray x, FloatArray weight, FloatArray y, int m, int n, int k) {
    for (@Parallel int i = 0; i < m; i++) {
      for (@Parallel int j = 0; j < n; j++) {
        float sum = 0f;
        for (int q = 0; q < k; q++) {
          sum += x.get(i * k + q) * weight.get(j * k + q);
        }
        y.set(i * n + j, sum);
      }
    }
  }
}
