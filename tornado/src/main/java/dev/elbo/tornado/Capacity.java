package dev.elbo.tornado;

import dev.elbo.engine.Outputs;
import dev.elbo.engine.Pass;

/**
 * How large the batches are that a network's arrays hold.
 *
 * @param rows rows of dense layers: users, or their steps
 * @param read stored values of what the encoder reads, or the steps that it reads
 * @param predicted stored values of what is to be predicted
 * @param sequences sequences that the steps are; 0 where users have none
 * @param drawn items that are drawn where outputs are sampled; 0 where they are not
 */
record Capacity(int rows, int read, int predicted, int sequences, int drawn) {

  /** Of arrays that hold nothing. */
  static final Capacity NONE = new Capacity(0, 0, 0, 0, 0);

  /** What one pass needs. */
  static Capacity of(Pass pass) {
    int drawn = pass.outputs() instanceof Outputs.Sampled sampled ? sampled.items().length : 0;
    if (pass.steps() == null) {
      int values = pass.items().size();
      return new Capacity(pass.rows(), values, values, 0, drawn);
    }
    return new Capacity(
        pass.rows(),
        pass.steps().size(),
        pass.steps().lastOnly() ? 0 : pass.targets().size(),
        Math.max(1, pass.steps().sequences()), // also if no user of the batch has any
        drawn);
  }

  /** Whether these arrays hold what others hold. */
  boolean holds(Capacity other) {
    return rows >= other.rows
        && read >= other.read
        && predicted >= other.predicted
        && sequences >= other.sequences
        && drawn >= other.drawn;
  }

  /**
   * What holds both these and others, and some more where a batch has no fixed size: to make the
   * arrays anew is to compile every kernel again.
   */
  Capacity grown(Capacity other) {
    boolean ofSteps = other.sequences > 0;
    return new Capacity(
        ofSteps ? grown(rows, other.rows) : Math.max(rows, other.rows),
        grown(read, other.read),
        grown(predicted, other.predicted),
        ofSteps ? grown(sequences, other.sequences) : sequences,
        other.drawn > 0 ? grown(drawn, other.drawn) : drawn);
  }

  /** At least 1: an array without values cannot go to a device. */
  private static int grown(int now, int needed) {
    return now > 0 && now >= needed ? now : Math.max(needed + needed / 4 + 1, now + now / 2);
  }
}
