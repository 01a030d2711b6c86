package dev.elbo.cli;

import dev.elbo.engine.Loss;
import dev.elbo.train.EpochResult;
import dev.elbo.train.TrainingListener;
import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/**
 * Shows a run: on a terminal a bar with the loss, its parts, speed and remaining time; otherwise a
 * line for each epoch.
 */
final class TrainingProgress implements TrainingListener, AutoCloseable {

  private final Console console;
  private final int users;
  private final int epochs;
  private final String select;
  private final ProgressBar bar;
  private final long started = System.nanoTime();
  private final int epochsBefore;

  /**
   * @param console where to show it
   * @param users training users
   * @param epochs planned epochs
   * @param epochsBefore epochs done by an earlier run
   * @param select name of the metric that chooses the best epoch
   */
  TrainingProgress(Console console, int users, int epochs, int epochsBefore, String select) {
    this.console = console;
    this.users = users;
    this.epochs = epochs;
    this.epochsBefore = epochsBefore;
    this.select = select;
    this.bar =
        console.isTerminal()
            ? new ProgressBarBuilder()
                .setInitialMax((long) users * epochs)
                .startsFrom((long) users * epochsBefore, Duration.ZERO)
                .setUnit(" users", 1)
                .showSpeed()
                .build()
            : null;
  }

  @Override
  public void updated(int epoch, int usersOfEpoch, Loss loss) {
    if (bar != null) {
      bar.setExtraMessage(
          " epoch %d/%d loss %.2f nll %.2f kl %.2f beta %.3f"
              .formatted(epoch, epochs, loss.total(), loss.nll(), loss.kl(), loss.beta()));
      bar.stepTo((long) users * (epoch - 1) + usersOfEpoch);
    }
  }

  @Override
  public void finished(EpochResult result, boolean best) {
    if (bar == null) {
      double secondsPerEpoch =
          (System.nanoTime() - started) / 1e9 / (result.epoch() - epochsBefore);
      console.note(
          "epoch %d/%d  loss %.3f  nll %.3f  kl %.3f  beta %.4f  %s %s%s  %,.0f users/s  %s left"
              .formatted(
                  result.epoch(),
                  epochs,
                  result.loss(),
                  result.nll(),
                  result.kl(),
                  result.beta(),
                  select,
                  Metrics.text(result.validation().get(select)),
                  best ? " *" : "  ",
                  users / result.seconds(),
                  clock(Math.round(secondsPerEpoch * (epochs - result.epoch())))));
    }
  }

  private static String clock(long seconds) {
    return "%d:%02d:%02d".formatted(seconds / 3600, seconds / 60 % 60, seconds % 60);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
