package dev.elbo.fast;

import dev.elbo.bench.SyntheticUsers;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.AdamOptions;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The two layers that are as wide as the catalogue, forward and backward; backward includes Adam.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class LayerBenchmark {

  private static final int USERS = 500;
  private static final int HIDDEN = 600;

  /** Number of items, {@code I}. */
  @Param("20108")
  public int items;

  private final Workers workers = new Workers(Runtime.getRuntime().availableProcessors());
  private final Adam adam = new Adam(AdamOptions.of(0.001), 1, 0);
  private CsrMatrix batch;
  private SparseRows input;
  private Matrix hidden;
  private SparseLinear first;
  private MultinomialLoss last;

  /** Makes the layers. */
  @Setup
  public void setUp() {
    batch = SyntheticUsers.draw(USERS, items);
    float[] values = new float[batch.size()];
    Arrays.fill(values, 0.1f);
    input = new SparseRows(batch, values);
    float[] half = new float[USERS * HIDDEN];
    Arrays.fill(half, 0.5f);
    hidden = Matrix.of(half, USERS, HIDDEN);
    first =
        new SparseLinear(
            Parameter.weightByInput("first", HIDDEN, items),
            Parameter.bias("first bias", HIDDEN),
            workers);
    last =
        new MultinomialLoss(
            Parameter.weight("last", items, HIDDEN),
            new Bias(Parameter.bias("last bias", items), workers),
            new Gemm(workers),
            workers);
  }

  /** Stops the threads. */
  @TearDown
  public void tearDown() {
    workers.close();
  }

  /** The first layer, sparse input. */
  @Benchmark
  public Object sparseLinearForward() {
    return first.forward(input);
  }

  /** The first layer and its update. */
  @Benchmark
  public void sparseLinearForwardBackward() {
    first.forward(input);
    first.backward(hidden, adam);
  }

  /** The last layer and the loss. */
  @Benchmark
  public double multinomialLossForward() {
    return last.forward(hidden, batch);
  }

  /** The last layer, the loss, and the layer's update. */
  @Benchmark
  public Object multinomialLossForwardBackward() {
    last.forward(hidden, batch);
    return last.backward(adam);
  }
}
