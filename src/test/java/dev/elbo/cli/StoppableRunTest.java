package dev.elbo.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.engine.EngineState;
import dev.elbo.engine.Loss;
import dev.elbo.train.Checkpoint;
import dev.elbo.train.EpochResult;
import dev.elbo.train.Trainer;
import dev.elbo.train.TrainingListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StoppableRunTest {

  private final List<String> words = new CopyOnWriteArrayList<>();
  private final Interruption interruption = new Interruption(new Console(), () -> "Stopped.");
  private final StoppableRun run =
      new StoppableRun(
          new TrainingListener() {
            @Override
            public void updated(int epoch, int users, Loss loss) {
              words.add("updated");
            }

            @Override
            public void finished(EpochResult result, boolean best) {
              words.add("finished");
            }
          },
          new Trainer.Output() {
            @Override
            public void best(EngineState state, EpochResult result) {
              words.add("best");
            }

            @Override
            public void checkpoint(Checkpoint checkpoint) {
              words.add("checkpoint");
            }
          },
          interruption);

  @AfterEach
  void close() {
    interruption.close();
  }

  private Stream<Runnable> everyWord() {
    return Stream.of(
        () -> run.updated(1, 10, null),
        () -> run.best(null, null),
        () -> run.checkpoint(null),
        () -> run.finished(null, true));
  }

  @Test
  void passesOnUntilItIsStopped() throws InterruptedException {
    everyWord().forEach(Runnable::run);
    List<String> all = List.of("updated", "best", "checkpoint", "finished");
    assertEquals(all, words);

    interruption.stop();
    List<Thread> waiting =
        everyWord().map(word -> Thread.ofPlatform().daemon().start(word)).toList();
    for (Thread thread : waiting) {
      while (thread.getState() != Thread.State.WAITING) {
        assertTrue(thread.isAlive(), "it was passed on");
        Thread.sleep(1);
      }
    }
    assertEquals(all, words);
  }
}
