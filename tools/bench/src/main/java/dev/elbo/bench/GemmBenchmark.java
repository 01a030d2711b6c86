package dev.elbo.bench;

import dev.elbo.linalg.Gemm;
import dev.elbo.linalg.Workers;
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

/** The products of Mult-VAE's dense layers, at B = 500. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class GemmBenchmark {

  private static final int USERS = 500;

  /** Which of the layer's products. */
  @Param public Product.Form form;

  /** Inputs and outputs of the layer: H to 2K, K to H, H to I. */
  @Param({"600x400", "200x600", "600x20108"})
  public String layer;

  private final Workers workers = new Workers(Runtime.getRuntime().availableProcessors());
  private Runnable product;

  /** Makes the operands. */
  @Setup
  public void setUp() {
    String[] widths = layer.split("x", 2);
    int in = Integer.parseInt(widths[0]);
    int out = Integer.parseInt(widths[1]);
    product = Product.of(form, USERS, in, out).ours(new Gemm(workers)).run();
  }

  /** Stops the threads. */
  @TearDown
  public void tearDown() {
    workers.close();
  }

  /** One product. */
  @Benchmark
  public void multiply() {
    product.run();
  }
}
