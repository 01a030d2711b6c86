package dev.elbo.tornado.input;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Pass;
import dev.elbo.linalg.Workers;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A pass whose batch is laid out and whose noise is drawn. All of that lies in memory of its own,
 * and not yet in the arrays that graphs take to the device: those are still the last pass's, so the
 * next can be prepared while the device computes. One that is not wanted is just left.
 */
public final class PreparedPass {

  private final Pass pass;
  private final CsrMatrix read;
  private final Workers workers;
  private final List<Runnable> copies = new ArrayList<>();

  /**
   * Nothing is prepared yet.
   *
   * @param pass what the pass is about
   * @param read what the encoder reads: the users' items {@code [B, I]}, pairs of items and ratings
   *     {@code [B, I R]}, or the item of each step {@code [S, I]}
   * @param workers threads to use
   */
  public PreparedPass(Pass pass, CsrMatrix read, Workers workers) {
    this.pass = pass;
    this.read = read;
    this.workers = workers;
  }

  /** What the pass is about. */
  public Pass pass() {
    return pass;
  }

  /** What the encoder reads. */
  public CsrMatrix read() {
    return read;
  }

  /** The threads to prepare with. */
  public Workers workers() {
    return workers;
  }

  /**
   * Says what an array is to hold.
   *
   * @param values not to be modified any more
   * @param array as long or longer. Modified when the pass begins.
   */
  public void put(float[] values, FloatArray array) {
    copies.add(() -> copy(MemorySegment.ofArray(values), array.getSegment()));
  }

  /** Says what an array is to hold, likewise. */
  public void put(int[] values, IntArray array) {
    copies.add(() -> copy(MemorySegment.ofArray(values), array.getSegment()));
  }

  private static void copy(MemorySegment values, MemorySegment array) {
    array.asSlice(0, values.byteSize()).copyFrom(values);
  }

  /** Fills the arrays: the pass begins, and the one before has ended. */
  public void begin() {
    workers.forEach(copies.size(), n -> copies.get(n).run());
  }
}
