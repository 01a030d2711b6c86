package dev.elbo.bench;

import dev.elbo.bench.Contest.Contestant;
import dev.elbo.linalg.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * As many bytes as the machine can move between memory and its cores: simple loops over arrays of
 * 256 MiB, much larger than the caches, on all threads.
 *
 * <p>Source of the kinds, and of counting only the bytes that a loop asks for: McCalpin, "Memory
 * bandwidth and machine balance in current high performance computers" (1995), STREAM. A processor
 * that reads a line before it overwrites it moves more than that in a copy or a triad.
 */
final class MemoryBandwidth {

  /** What is done to each element. */
  enum Kind {
    /** The sum of {@code a}. */
    READ(1),
    /** {@code a = s a}, in place, as an optimizer does. */
    SCALE(2),
    /** {@code a = b}, by the copy of Java's own. */
    COPY(2),
    /** {@code a = b + s c}. */
    TRIAD(3);

    /** How often an element of any array is read or written. */
    private final int accesses;

    Kind(int accesses) {
      this.accesses = accesses;
    }

    /** Bytes of one run. */
    double bytes() {
      return (double) Float.BYTES * accesses * LENGTH;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  private static final int LENGTH = 1 << 26;

  /** More than threads, so that one that is held up leaves its share to the others. */
  private static final int TASKS = 64;

  private static final int CHUNK = LENGTH / TASKS;

  private static final float FACTOR = 0.999f;

  private final float[] a = ones();
  private final float[] b = ones();
  private final float[] c = ones();
  private final float[] sums = new float[TASKS];
  private final Workers workers;

  /**
   * @param workers threads to use
   */
  MemoryBandwidth(Workers workers) {
    this.workers = workers;
  }

  private static float[] ones() {
    float[] ones = new float[LENGTH];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** One of each kind, in their order. */
  List<Contestant> contestants() {
    var contestants = new ArrayList<Contestant>();
    for (Kind kind : Kind.values()) {
      contestants.add(
          new Contestant(
              "memory: " + kind,
              () -> workers.forEach(TASKS, task -> run(kind, task, task * CHUNK))));
    }
    return contestants;
  }

  private void run(Kind kind, int task, int from) {
    switch (kind) {
      case READ -> sums[task] += sum(a, from);
      case SCALE -> scale(a, from);
      case COPY -> System.arraycopy(b, from, a, from, CHUNK);
      case TRIAD -> triad(a, b, c, from);
    }
  }

  /** In four sums, so that no addition waits for the one before. */
  private static float sum(float[] x, int from) {
    int lanes = SPECIES.length();
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (int n = from; n < from + CHUNK; n += 4 * lanes) {
      s0 = s0.add(FloatVector.fromArray(SPECIES, x, n));
      s1 = s1.add(FloatVector.fromArray(SPECIES, x, n + lanes));
      s2 = s2.add(FloatVector.fromArray(SPECIES, x, n + 2 * lanes));
      s3 = s3.add(FloatVector.fromArray(SPECIES, x, n + 3 * lanes));
    }
    return s0.add(s1).add(s2).add(s3).reduceLanes(VectorOperators.ADD);
  }

  private static void scale(float[] x, int from) {
    for (int n = from; n < from + CHUNK; n += SPECIES.length()) {
      FloatVector.fromArray(SPECIES, x, n).mul(FACTOR).intoArray(x, n);
    }
  }

  private static void triad(float[] x, float[] y, float[] z, int from) {
    FloatVector factor = FloatVector.broadcast(SPECIES, FACTOR);
    for (int n = from; n < from + CHUNK; n += SPECIES.length()) {
      FloatVector.fromArray(SPECIES, z, n)
          .fma(factor, FloatVector.fromArray(SPECIES, y, n))
          .intoArray(x, n);
    }
  }
}
