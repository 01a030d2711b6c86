package dev.elbo.spark;

import dev.elbo.cli.options.PreparingArguments;
import dev.elbo.cli.terminal.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code prepare}: what {@code elbo prepare} does, to the byte. */
@Command(
    name = "prepare",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = {
      "Read ratings files, filter them, and split them for training and evaluation: what `elbo"
          + " prepare` writes, byte for byte.",
      "Executors read the files, each a part, and filter them; the driver splits what is kept."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tools/spark/run prepare --ratings logs/ --out prepared",
      "  tools/spark/run prepare --ratings log.parquet --out prepared --min-item-users 20 --k-core"
    })
final class PrepareJob implements Runnable {

  @Mixin private Console console;
  @Mixin private PreparingArguments arguments;
  @Mixin private LogArguments logs;

  @Override
  public void run() {
    try (Cluster cluster = Cluster.of("elbo prepare")) {
      arguments.prepare(console, (ratings, how) -> LogEvents.read(cluster, ratings, how, logs));
    }
  }
}
