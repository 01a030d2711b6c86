package dev.elbo.bench;

import dev.elbo.fast.Workers;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * As many fused multiply-adds as the machine can do: chains in registers that do not wait for each
 * other, on all threads. No product of matrices can be faster.
 */
final class FmaPeak implements Runnable {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /** Enough to hide the latency (4 cycles, at most 2 a cycle), few enough for 16 registers. */
  private static final int CHAINS = 12;

  /** More than threads, so that one that is held up leaves its share to the others. */
  private static final int TASKS = 64;

  /**
   * Short, and called often: what the compiler makes of a method that is called is faster, and the
   * same in every process, other than what it makes of a loop that is already running.
   */
  private static final int LINKS = 4_096;

  private static final int CALLS = 128;

  /** Additions and multiplications of one run. */
  static final double FLOPS = 2.0 * TASKS * CALLS * LINKS * CHAINS * SPECIES.length();

  private final Workers workers;
  private final float[] results = new float[TASKS];

  FmaPeak(Workers workers) {
    this.workers = workers;
  }

  @Override
  public void run() {
    workers.forEach(
        TASKS,
        task -> {
          for (int call = 0; call < CALLS; call++) {
            results[task] += chains(call);
          }
        });
  }

  private static float chains(float start) {
    FloatVector x = FloatVector.broadcast(SPECIES, 0.999f);
    FloatVector y = FloatVector.broadcast(SPECIES, 0.001f);
    FloatVector c0 = FloatVector.broadcast(SPECIES, start);
    FloatVector c1 = c0.add(x);
    FloatVector c2 = c1.add(x);
    FloatVector c3 = c2.add(x);
    FloatVector c4 = c3.add(x);
    FloatVector c5 = c4.add(x);
    FloatVector c6 = c5.add(x);
    FloatVector c7 = c6.add(x);
    FloatVector c8 = c7.add(x);
    FloatVector c9 = c8.add(x);
    FloatVector c10 = c9.add(x);
    FloatVector c11 = c10.add(x);
    for (int link = 0; link < LINKS; link++) {
      c0 = c0.fma(x, y);
      c1 = c1.fma(x, y);
      c2 = c2.fma(x, y);
      c3 = c3.fma(x, y);
      c4 = c4.fma(x, y);
      c5 = c5.fma(x, y);
      c6 = c6.fma(x, y);
      c7 = c7.fma(x, y);
      c8 = c8.fma(x, y);
      c9 = c9.fma(x, y);
      c10 = c10.fma(x, y);
      c11 = c11.fma(x, y);
    }
    FloatVector sum = c0.add(c1).add(c2).add(c3).add(c4).add(c5);
    return sum.add(c6).add(c7).add(c8).add(c9).add(c10).add(c11).lane(0);
  }
}
