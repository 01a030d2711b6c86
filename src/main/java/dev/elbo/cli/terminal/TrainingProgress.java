package dev.elbo.cli.terminal;

import dev.elbo.engine.Loss;
import dev.elbo.model.Architecture;
import dev.elbo.train.Checkpoint.Progress;
import dev.elbo.train.EpochResult;
import dev.elbo.train.TrainingListener;
import dev.elbo.train.TrainingRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;

/**
 * Shows a run: a line for each epoch, and on a terminal, below those, a bar for the epoch that is
 * being trained. What matters comes first: a narrow terminal has no room for the rest.
 */
public final class TrainingProgress implements TrainingListener, AutoCloseable {

  /** The widest bar, and the narrowest: parts of a line that leave less are left out. */
  private static final int MOST_BAR = 40;

  private static final int LEAST_BAR = 4;

  private final Console console;
  private final int users;
  private final int epochs;
  private final String select;
  private final String dataTerm;
  private final boolean variational;
  private final int epochsBefore;
  private final long started = System.nanoTime();

  /** Null before the first. */
  private EpochResult last;

  /** Null before the first that is one to keep. */
  private EpochResult best;

  private ProgressBar bar;

  /** What is shown, the most important first; the bar's thread reads it. */
  private volatile List<String> parts = List.of();

  /**
   * @param console where to show it
   * @param run what is shown; if its loss has no KL term, neither that nor beta is
   */
  public TrainingProgress(Console console, TrainingRun run) {
    this(
        console,
        run.trainingRows(),
        run.options().training().epochs(),
        run.before(),
        run.options().training().select().name(),
        run.options().model());
  }

  TrainingProgress(
      Console console,
      int users,
      int epochs,
      Optional<Progress> before,
      String select,
      Architecture architecture) {
    this.console = console;
    this.users = users;
    this.epochs = epochs;
    this.select = select;
    this.dataTerm = architecture.hasSquaredError() ? "error" : "nll";
    this.variational = architecture.isVariational();
    this.epochsBefore = before.map(progress -> progress.epochs().size()).orElse(0);
    before.ifPresent(
        progress -> {
          last = progress.epochs().getLast();
          best = progress.best().orElse(null);
        });
  }

  @Override
  public void updated(int epoch, int usersOfEpoch, Loss loss) {
    if (!console.isTerminal()) {
      return;
    }
    parts = running(epoch, loss, left(epoch - 1 + (double) usersOfEpoch / users));
    if (bar == null) {
      bar =
          Console.bar()
              .setInitialMax(users)
              .setRenderer((state, width) -> line(parts, state.getNormalizedProgress(), width))
              .build();
    }
    bar.stepTo(usersOfEpoch);
  }

  @Override
  public void finished(EpochResult result, boolean isBest) {
    last = result;
    if (isBest) {
      best = result;
    }
    parts = finished(result, isBest, left(result.epoch()));
    if (bar == null) {
      console.note(String.join("  ", parts));
    } else {
      close(); // it becomes the epoch's line
    }
  }

  /** Seconds that are left when so many epochs are done. */
  private long left(double done) {
    double seconds = (System.nanoTime() - started) / 1e9;
    return Math.round(seconds / (done - epochsBefore) * (epochs - done));
  }

  /** What is shown of an epoch that is being trained. */
  List<String> running(int epoch, Loss loss, long secondsLeft) {
    List<String> parts = new ArrayList<>();
    parts.add("epoch %d/%d".formatted(epoch, epochs));
    parts.add("loss %.1f".formatted(loss.total()));
    if (last != null && isSelected(last)) {
      String ofBest = best == null ? "" : " best %.4f".formatted(selected(best));
      parts.add("%s %.4f%s".formatted(select, selected(last), ofBest));
    }
    parts.add(clock(secondsLeft) + " left");
    parts.add("%s %.1f".formatted(dataTerm, loss.nll()));
    if (variational) {
      parts.add("kl %.1f".formatted(loss.kl()));
      parts.add("beta %.3f".formatted(loss.kl() == 0 ? 0 : loss.weightedKl() / loss.kl()));
    }
    if (last != null) {
      parts.add("lr %.2e".formatted(last.learningRate()));
    }
    return parts;
  }

  /** What is kept of an epoch; the best one so far has a star. */
  List<String> finished(EpochResult result, boolean isBest, long secondsLeft) {
    List<String> parts = new ArrayList<>();
    parts.add("epoch %d/%d".formatted(result.epoch(), epochs));
    parts.add("loss %.3f".formatted(result.loss()));
    if (isSelected(result)) {
      parts.add("%s %s%s".formatted(select, result.validation().get(select), isBest ? " *" : "  "));
    }
    parts.add(clock(secondsLeft) + " left");
    parts.add("%s %.3f".formatted(dataTerm, result.nll()));
    if (variational) {
      parts.add("kl %.3f".formatted(result.kl()));
      parts.add("beta %.4f".formatted(result.beta()));
    }
    parts.add("lr %.2e".formatted(result.learningRate()));
    parts.add("%,.0f users/s".formatted(users / result.seconds()));
    return parts;
  }

  /**
   * A line of the terminal: the parts that there is room for and, until the epoch is finished, a
   * bar after them.
   *
   * @param parts the most important first
   * @param done share of the epoch, from 0 to 1
   * @param width of the line, in characters
   */
  static String line(List<String> parts, double done, int width) {
    int room = done < 1 ? width - LEAST_BAR - 2 : width;
    StringBuilder line = new StringBuilder(parts.isEmpty() ? "" : parts.getFirst());
    for (String part : parts.subList(Math.min(1, parts.size()), parts.size())) {
      if (line.length() + 2 + part.length() > room) {
        break;
      }
      line.append("  ").append(part);
    }
    if (done < 1) {
      int bar = Math.clamp(width - line.length() - 2L, 0, MOST_BAR);
      int filled = (int) (bar * done);
      line.append("  ").append("█".repeat(filled)).append("░".repeat(bar - filled));
    }
    line.append(" ".repeat(Math.max(0, width - line.length()))); // over what was there
    return line.substring(0, width);
  }

  /** Whether there are validation users to choose an epoch by. */
  private boolean isSelected(EpochResult result) {
    return result.validation().containsKey(select);
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
      bar = null;
    }
  }
}
