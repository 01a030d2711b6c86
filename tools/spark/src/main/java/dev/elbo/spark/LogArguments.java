package dev.elbo.spark;

import dev.elbo.cli.options.Positive;
import dev.elbo.cli.terminal.Section;
import picocli.CommandLine.Option;

/** How files are dealt out to executors. */
@Section(Section.Of.RUNNING)
final class LogArguments {

  private static final long KIB = 1 << 10;

  /** A part is read into an array. */
  private static final long MOST = 1 << 30;

  @Option(
      names = "--part-kib",
      converter = Positive.class,
      paramLabel = "N",
      description = "how much of a file a task reads, in KiB; of no effect on the result")
  private int partKib = 64 << 10;

  @Option(
      names = "--partitions",
      converter = Positive.class,
      paramLabel = "N",
      description =
          "how many blocks of users there are (default: as many as parts of files, and at least one"
              + " for each core)")
  private Integer partitions;

  /** Bytes that a task reads. */
  long partBytes() {
    return Math.min(partKib * KIB, MOST);
  }

  /**
   * How many blocks of users there are.
   *
   * @param parts number of parts of files
   * @param cores of all executors
   */
  int partitions(int parts, int cores) {
    return partitions == null ? Math.max(parts, cores) : partitions;
  }
}
