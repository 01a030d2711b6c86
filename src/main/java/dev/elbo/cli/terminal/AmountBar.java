package dev.elbo.cli.terminal;

import me.tongfei.progressbar.ProgressBar;

/** Shows how much of something is done: a bar on a terminal, otherwise a line for each tenth. */
public final class AmountBar implements AutoCloseable {

  private final Console console;
  private final String name;
  private final String unit;
  private final long size;
  private ProgressBar bar;
  private long tenths;

  /**
   * @param console where to show it
   * @param name what is done
   * @param unit what it is counted in
   * @param size how much a unit is
   */
  public AmountBar(Console console, String name, String unit, long size) {
    this.console = console;
    this.name = name;
    this.unit = unit;
    this.size = size;
  }

  /**
   * Shows how far it is.
   *
   * @param done how much is done
   * @param total of how much; not positive if that is not known
   */
  public void show(long done, long total) {
    if (console.isTerminal()) {
      if (bar == null) {
        bar =
            Console.bar()
                .setTaskName(name)
                .setUnit(unit, size)
                .setInitialMax(total)
                .showSpeed()
                .build();
      }
      bar.stepTo(done);
    } else if (total > 0 && done * 10 / total > tenths) {
      tenths = done * 10 / total;
      console.note("%s: %,d of %,d %s".formatted(name, done / size, total / size, unit));
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
