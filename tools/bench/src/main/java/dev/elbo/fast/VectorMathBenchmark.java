package dev.elbo.fast;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import jdk.incubator.vector.FloatVector;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Elementary functions of values in the first-level cache: time per value. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class VectorMathBenchmark {

  private static final int SIZE = 4096;

  private final float[] x = new float[SIZE];
  private final float[] y = new float[SIZE];

  /** Positive values, which all functions take. */
  public VectorMathBenchmark() {
    var random = new SplittableRandom(1);
    for (int n = 0; n < SIZE; n++) {
      x[n] = 4 * random.nextFloat();
    }
  }

  /** {@code e^x}. */
  @Benchmark
  @OperationsPerInvocation(SIZE)
  public float[] exp() {
    return map(VectorMath::exp);
  }

  /** The natural logarithm. */
  @Benchmark
  @OperationsPerInvocation(SIZE)
  public float[] log() {
    return map(VectorMath::log);
  }

  /** The hyperbolic tangent. */
  @Benchmark
  @OperationsPerInvocation(SIZE)
  public float[] tanh() {
    return map(VectorMath::tanh);
  }

  private float[] map(UnaryOperator<FloatVector> function) {
    for (int n = 0; n < SIZE; n += VectorMath.SPECIES.length()) {
      function.apply(FloatVector.fromArray(VectorMath.SPECIES, x, n)).intoArray(y, n);
    }
    return y;
  }
}
