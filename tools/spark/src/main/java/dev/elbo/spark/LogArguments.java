package dev.elbo.spark;

import dev.elbo.cli.options.Positive;
import dev.elbo.cli.terminal.Section;
import picocli.CommandLine.Option;

/** How files are dealt out to executors. */
@Section(Section.Of.RUNNING)
final class LogArguments {

  private static final long MIB = 1 << 20;

  @Option(
      names = "--part-mib",
      converter = Positive.class,
      paramLabel = "N",
      description = "how much of a file a task reads, in MiB; of no effect on the result")
  private int partMib = 64;

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
    return partMib * MIB;
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
