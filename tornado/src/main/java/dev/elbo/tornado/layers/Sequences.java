package dev.elbo.tornado.layers;

import dev.elbo.data.Steps;
import dev.elbo.tornado.input.PreparedPass;
import java.util.stream.IntStream;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The sequences of a batch's steps as kernels read them. */
public final class Sequences {

  /** Number of sequences, {@code Q}. */
  final IntArray size = new IntArray(1);

  /** Row of each sequence's first step, {@code [Q + 1]}. */
  final IntArray start;

  /**
   * The step whose state goes on in each row after the recurrent layer; -1 for the state before the
   * first, 0.
   */
  final IntArray step;

  /**
   * @param sequences most sequences of a batch
   * @param rows most rows after the recurrent layer
   */
  public Sequences(int sequences, int rows) {
    start = new IntArray(sequences + 1);
    step = new IntArray(rows);
  }

  /** Most sequences of a batch. */
  int most() {
    return start.getSize() - 1;
  }

  /** Lays out a batch. */
  public void prepare(Steps steps, PreparedPass pass) {
    pass.put(new int[] {steps.sequences()}, size);
    pass.put(steps.start(), start);
    int[] stateOf;
    if (steps.lastOnly()) {
      stateOf = new int[steps.sequences()];
      for (int q = 0; q < stateOf.length; q++) {
        boolean isEmpty = steps.start()[q] == steps.start()[q + 1];
        stateOf[q] = isEmpty ? -1 : steps.start()[q + 1] - 1;
      }
    } else {
      stateOf = IntStream.range(0, steps.size()).toArray();
    }
    pass.put(stateOf, step);
  }
}
