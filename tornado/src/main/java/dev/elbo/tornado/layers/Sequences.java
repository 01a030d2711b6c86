package dev.elbo.tornado.layers;

import dev.elbo.data.Steps;
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

  /** Takes a batch. */
  public void load(Steps steps) {
    size.set(0, steps.sequences());
    for (int q = 0; q <= steps.sequences(); q++) {
      start.set(q, steps.start()[q]);
    }
    if (steps.lastOnly()) {
      for (int q = 0; q < steps.sequences(); q++) {
        boolean isEmpty = steps.start()[q] == steps.start()[q + 1];
        step.set(q, isEmpty ? -1 : steps.start()[q + 1] - 1);
      }
    } else {
      for (int s = 0; s < steps.size(); s++) {
        step.set(s, s);
      }
    }
  }
}
