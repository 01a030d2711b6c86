package dev.elbo.cli;

import dev.elbo.engine.EngineState;
import dev.elbo.engine.Loss;
import dev.elbo.train.Checkpoint;
import dev.elbo.train.EpochResult;
import dev.elbo.train.Trainer;
import dev.elbo.train.TrainingListener;
import java.util.concurrent.Semaphore;

/**
 * Passes on what a run tells and what it keeps, until it is stopped: then the run waits, at its
 * next word, for the end of the program. What is said of the run from then on stays true, and last.
 */
final class StoppableRun implements TrainingListener, Trainer.Output {

  private final TrainingListener listener;
  private final Trainer.Output output;
  private final Semaphore turn = new Semaphore(1);

  /**
   * @param listener is told until the run is stopped
   * @param output keeps what comes until the run is stopped
   */
  StoppableRun(TrainingListener listener, Trainer.Output output) {
    this.listener = listener;
    this.output = output;
  }

  /** Stops the run for good. Returns when what is being written is written. */
  void stop() {
    turn.acquireUninterruptibly();
  }

  private void pass(Runnable word) {
    turn.acquireUninterruptibly();
    try {
      word.run();
    } finally {
      turn.release();
    }
  }

  @Override
  public void updated(int epoch, int users, Loss loss) {
    pass(() -> listener.updated(epoch, users, loss));
  }

  @Override
  public void finished(EpochResult result, boolean best) {
    pass(() -> listener.finished(result, best));
  }

  @Override
  public void best(EngineState state, EpochResult result) {
    pass(() -> output.best(state, result));
  }

  @Override
  public void checkpoint(Checkpoint checkpoint) {
    pass(() -> output.checkpoint(checkpoint));
  }
}
