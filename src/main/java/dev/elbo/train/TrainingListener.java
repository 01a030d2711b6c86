package dev.elbo.train;

import dev.elbo.engine.Loss;

/** Watches a run. */
public interface TrainingListener {

  /**
   * An update was made.
   *
   * @param epoch number of the epoch, from 1
   * @param users training users of this epoch so far
   * @param loss the loss of the update
   */
  void updated(int epoch, int users, Loss loss);

  /**
   * An epoch is over, and its checkpoint written.
   *
   * @param result what came of it
   * @param best whether it is the best so far
   */
  void finished(EpochResult result, boolean best);
}
