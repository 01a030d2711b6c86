package dev.elbo.bench;

import dev.elbo.bench.Contest.Contestant;
import dev.elbo.linalg.Workers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * As many fused multiply-adds as the machine can do: chains in registers that do not wait for each
 * other, on all threads. No product of matrices can be faster.
 */
final class FmaPeak implements Runnable {

  /**
   * What can make a difference to the speed.
   *
   * @param bits width of the vectors
   * @param count number of chains, even, from 4 to 16: enough to hide the latency of an addition,
   *     few enough for the registers
   * @param accumulating whether a link is {@code c = x y + c}, else {@code c = c x + y}. HotSpot
   *     has the instruction that overwrites the summand only, so the latter may cost a move, too.
   */
  record Kind(int bits, int count, boolean accumulating) {

    VectorSpecies<Float> species() {
      return VectorSpecies.of(float.class, VectorShape.forBitSize(bits));
    }

    @Override
    public String toString() {
      return "%d chains of %s, %d bits"
          .formatted(count, accumulating ? "c = x y + c" : "c = c x + y", bits);
    }
  }

  /** Independent chains of fused multiply-adds. */
  interface Chains {

    /**
     * Computes the chains.
     *
     * @param start where the first begins
     * @param links length of every chain
     * @return something that depends on every link
     */
    float run(float start, int links);
  }

  /** More than threads, so that one that is held up leaves its share to the others. */
  private static final int TASKS = 16;

  /**
   * Short, and called often: what the compiler makes of a method that is called is faster, and the
   * same in every process, other than what it makes of a loop that is already running.
   */
  private static final int LINKS = 4_096;

  /** So few that a run takes a millisecond: on a busy machine, too, some are not interrupted. */
  private static final int CALLS = 8;

  /** How long each kind is tried, in seconds, and before that compiled. */
  private static final double TRIAL = 0.1;

  private final Kind kind;
  private final Chains chains;
  private final Workers workers;
  private final float[] results = new float[TASKS];

  private FmaPeak(Kind kind, Workers workers) {
    this.kind = kind;
    this.chains = chains(kind);
    this.workers = workers;
  }

  /** The kind that is fastest on one thread, of all that fit this machine's vectors. */
  static FmaPeak best(Workers workers) {
    Kind best = null;
    double most = 0;
    try (var one = new Workers(1)) {
      for (Kind kind : kinds()) {
        double speed = new FmaPeak(kind, one).speed();
        if (speed > most) {
          best = kind;
          most = speed;
        }
      }
    }
    return new FmaPeak(best, workers);
  }

  private static List<Kind> kinds() {
    var kinds = new ArrayList<Kind>();
    for (int bits = 128; bits <= FloatVector.SPECIES_PREFERRED.vectorBitSize(); bits *= 2) {
      for (int count = 4; count <= 16; count += 2) {
        kinds.add(new Kind(bits, count, true));
        kinds.add(new Kind(bits, count, false));
      }
    }
    return kinds;
  }

  /** The chains of a kind, by a class of their own. */
  private static Chains chains(Kind kind) {
    try (InputStream code = FmaChains.class.getResourceAsStream("FmaChains.class")) {
      return (Chains)
          MethodHandles.lookup()
              .defineHiddenClassWithClassData(code.readAllBytes(), kind, true)
              .lookupClass()
              .getDeclaredConstructor()
              .newInstance();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private double speed() {
    var contestant = new Contestant(toString(), this);
    contestant.runFor(TRIAL);
    return flops() / Collections.min(contestant.runFor(TRIAL));
  }

  /** Additions and multiplications of one run. */
  double flops() {
    return 2.0 * TASKS * CALLS * LINKS * kind.count() * kind.species().length();
  }

  @Override
  public void run() {
    workers.forEach(
        TASKS,
        task -> {
          for (int call = 0; call < CALLS; call++) {
            results[task] += chains.run(call, LINKS);
          }
        });
  }

  @Override
  public String toString() {
    return kind.toString();
  }
}
