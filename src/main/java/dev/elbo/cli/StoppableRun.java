package dev.elbo.cli;

import dev.elbo.engine.EngineState;
import dev.elbo.engine.Loss;
import dev.elbo.train.Checkpoint;
import dev.elbo.train.EpochResult;
import dev.elbo.train.Trainer;
import dev.elbo.train.TrainingListener;

/**
 * Passes on what a run tells and what it keeps, until it is stopped: then the run waits, at its
 * next word, for the end of the program. What is said of the run from then on stays true, and last.
 */
final class StoppableRun implements TrainingListener, Trainer.Output {

  private final TrainingListener listener;
  private final Trainer.Output output;
  private final Interruption interruption;

  /**
   * @param listener is told until the run is stopped
   * @param output keeps what comes until the run is stopped
   * @param interruption stops it
   */
  StoppableRun(TrainingListener listener, Trainer.Output output, Interruption interruption) {
    this.listener = listener;
    this.output = output;
    this.interruption = interruption;
  }

  @Override
  public void updated(int epoch, int users, Loss loss) {
    interruption.whole(() -> listener.updated(epoch, users, loss));
  }

  @Override
  public void finished(EpochResult result, boolean best) {
    interruption.whole(() -> listener.finished(result, best));
  }

  @Override
  public void best(EngineState state, EpochResult result) {
    interruption.whole(() -> output.best(state, result));
  }

  @Override
  public void checkpoint(Checkpoint checkpoint) {
    interruption.whole(() -> output.checkpoint(checkpoint));
  }
}
