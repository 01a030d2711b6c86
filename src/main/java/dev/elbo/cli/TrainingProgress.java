package dev.elbo.cli;

import dev.elbo.engine.Loss;
import dev.elbo.model.Architecture;
import dev.elbo.train.Checkpoint.Progress;
import dev.elbo.train.EpochResult;
import dev.elbo.train.TrainingListener;
import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;

/**
 * Shows a run: on a terminal a bar with the validation metric, the loss, its parts, speed and
 * remaining time; otherwise a line for each epoch.
 */
final class TrainingProgress implements TrainingListener, AutoCloseable {

  private final Console console;
  private final int users;
  private final int epochs;
  private final String select;
  private final String dataTerm;
  private final boolean variational;
  private final int epochsBefore;
  private final ProgressBar bar;
  private final long started = System.nanoTime();
  private EpochResult last;
  private EpochResult best;

  /**
   * @param console where to show it
   * @param users training users
   * @param epochs planned epochs
   * @param before what an earlier run did
   * @param select name of the metric that chooses the best epoch
   * @param architecture of the model; if its loss has no KL term, neither that nor beta is shown
   */
  TrainingProgress(
      Console console,
      int users,
      int epochs,
      Progress before,
      String select,
      Architecture architecture) {
    this.console = console;
    this.users = users;
    this.epochs = epochs;
    this.select = select;
    this.dataTerm = architecture.hasSquaredError() ? "error" : "nll";
    this.variational = architecture.isVariational();
    this.epochsBefore = before.epochs().size();
    if (epochsBefore > 0) {
      last = before.epochs().getLast();
      best = before.epochs().get(before.bestEpoch() - 1);
    }
    this.bar =
        console.isTerminal()
            ? Console.bar()
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
      bar.setExtraMessage(message(epoch, loss.total(), loss.nll(), loss.kl(), loss.beta()));
      bar.stepTo((long) users * (epoch - 1) + usersOfEpoch);
    }
  }

  @Override
  public void finished(EpochResult result, boolean isBest) {
    last = result;
    if (isBest) {
      best = result;
    }
    if (bar != null) {
      bar.setExtraMessage(
          message(result.epoch(), result.loss(), result.nll(), result.kl(), result.beta()));
    } else {
      double secondsPerEpoch =
          (System.nanoTime() - started) / 1e9 / (result.epoch() - epochsBefore);
      console.note(
          "epoch %d/%d  loss %.3f  %s %.3f%s  lr %.2e  %s %s%s  %,.0f users/s  %s left"
              .formatted(
                  result.epoch(),
                  epochs,
                  result.loss(),
                  dataTerm,
                  result.nll(),
                  variational ? "  kl %.3f  beta %.4f".formatted(result.kl(), result.beta()) : "",
                  result.learningRate(),
                  select,
                  Metrics.text(result.validation().get(select)),
                  isBest ? " *" : "  ",
                  users / result.seconds(),
                  clock(Math.round(secondsPerEpoch * (epochs - result.epoch())))));
    }
  }

  /** What stands behind the bar; a narrow terminal cuts its end off. */
  String message(int epoch, double loss, double nll, double kl, double beta) {
    String metric =
        last == null
            ? ""
            : " %s %.4f best %.4f lr %.2e"
                .formatted(select, selected(last), selected(best), last.learningRate());
    String ofLatent = variational ? " kl %.1f beta %.3f".formatted(kl, beta) : "";
    return " epoch %d/%d loss %.1f %s %.1f%s%s"
        .formatted(epoch, epochs, loss, dataTerm, nll, ofLatent, metric);
  }

  private double selected(EpochResult result) {
    return result.validation().get(select).mean();
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
