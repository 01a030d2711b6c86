package dev.elbo.cli.terminal;

import dev.elbo.data.fetch.DatasetDownload;
import me.tongfei.progressbar.ProgressBar;

/** Shows a download: a bar on a terminal, otherwise a line for each tenth. */
public final class DownloadBar implements DatasetDownload.Progress, AutoCloseable {

  private static final long MEBIBYTE = 1 << 20;

  private final Console console;
  private final String name;
  private ProgressBar bar;
  private long tenths;

  /**
   * @param console where to show it
   * @param name what is downloaded
   */
  public DownloadBar(Console console, String name) {
    this.console = console;
    this.name = name;
  }

  @Override
  public void received(long bytes, long total) {
    if (console.isTerminal()) {
      if (bar == null) {
        bar =
            Console.bar()
                .setTaskName(name)
                .setUnit("MiB", MEBIBYTE)
                .setInitialMax(total)
                .showSpeed()
                .build();
      }
      bar.stepTo(bytes);
    } else if (total > 0 && bytes * 10 / total > tenths) {
      tenths = bytes * 10 / total;
      console.note("%s: %d of %d MiB".formatted(name, bytes / MEBIBYTE, total / MEBIBYTE));
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
