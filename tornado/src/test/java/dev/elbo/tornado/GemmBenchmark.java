package dev.elbo.tornado;

import dev.elbo.tornado.layers.Parameter;
import dev.elbo.tornado.layers.Products;
import dev.elbo.tornado.layers.SparseRows;
import dev.elbo.tornado.layers.Tasks;
import dev.elbo.tornado.products.TiledGemm;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The largest product of a Mult-VAE, {@code [500, 600] x [600, 20108]}, on the first device: by
 * {@link TiledGemm}, by what the device has for products, and by the three loops that one would
 * write first; they take turns. Started by hand.
 */
final class GemmBenchmark {

  private static final int USERS = 500;
  private static final int IN = 600;
  private static final int OUT = 20_108;
  private static final int ROUNDS = 3;

  private final FloatArray x = new FloatArray(USERS * IN);
  private final FloatArray y = new FloatArray(USERS * OUT);
  private final Parameter weight = Parameter.weight("weight", OUT, IN);

  private GemmBenchmark() {
    x.init(0.5f);
    weight.value.init(0.25f);
  }

  /** Prints the median of each. */
  @SuppressWarnings("SystemOut")
  public static void main(String[] args) throws TornadoExecutionPlanException {
    var benchmark = new GemmBenchmark();
    try (TornadoExecutionPlan tiled = benchmark.plan("tiled", new TiledGemm());
        TornadoExecutionPlan own =
            benchmark.plan("own", Device.byName(Optional.empty()).products());
        TornadoExecutionPlan loops = benchmark.loops()) {
      List<TornadoExecutionPlan> plans = List.of(tiled, own, loops);
      double[][] seconds = new double[plans.size()][ROUNDS];
      for (int round = -1; round < ROUNDS; round++) { // the first compiles
        for (int n = 0; n < plans.size(); n++) {
          long start = System.nanoTime();
          plans.get(n).execute();
          if (round >= 0) {
            seconds[n][round] = (System.nanoTime() - start) / 1e9;
          }
        }
      }
      for (double[] of : seconds) {
        Arrays.sort(of);
      }
      System.out.printf(
          "TiledGemm %.3f s, the device's own %.3f s, three loops %.3f s%n",
          seconds[0][ROUNDS / 2], seconds[1][ROUNDS / 2], seconds[2][ROUNDS / 2]);
    }
  }

  private TornadoExecutionPlan plan(String name, Products products) {
    Parameter bias = Parameter.bias("bias", OUT);
    var rows = new SparseRows(USERS, 1, 1);
    rows.size.set(SparseRows.USERS, USERS);
    var tasks = new Tasks(name, new TaskGraph(name), new GridScheduler(), products, false);
    tasks
        .graph()
        .transferToDevice(DataTransferMode.FIRST_EXECUTION, x, weight.value, bias.value, rows.size);
    products.forward(tasks, "0", rows, x, weight, bias, y, Optional.empty());
    tasks.graph().transferToHost(DataTransferMode.UNDER_DEMAND, y);
    return new TornadoExecutionPlan(tasks.graph().snapshot()).withGridScheduler(tasks.grids());
  }

  private TornadoExecutionPlan loops() {
    TaskGraph graph =
        new TaskGraph("loops")
            .transferToDevice(DataTransferMode.FIRST_EXECUTION, x, weight.value)
            .task("product", GemmBenchmark::product, x, weight.value, y, USERS, OUT, IN)
            .transferToHost(DataTransferMode.UNDER_DEMAND, y);
    return new TornadoExecutionPlan(graph.snapshot());
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
