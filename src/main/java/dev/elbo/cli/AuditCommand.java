package dev.elbo.cli;

import dev.elbo.audit.Audit;
import dev.elbo.audit.TieOrder;
import dev.elbo.audit.Truth;
import dev.elbo.audit.read.Recommendations;
import dev.elbo.audit.read.RecommendationsReader;
import dev.elbo.cli.options.Positive;
import dev.elbo.cli.terminal.Console;
import dev.elbo.data.PreparedData;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code elbo audit}: any system's recommendations under every definition. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    description = "Judge any system's recommendations under every definition of every metric.")
final class AuditCommand implements Runnable {

  @Mixin private Console console;

  @Option(names = "--data", paramLabel = "DATA", required = true, description = "prepared data")
  private Path dataDir;

  @Option(names = "--recommendations", paramLabel = "FILE", required = true, description = "file")
  private Path file;

  @Option(names = "-k", split = ",", converter = Positive.class, description = "cutoffs")
  private List<Integer> cutoffs;

  @Override
  public void run() {
    PreparedData data = PreparedData.read(dataDir);
    Truth truth = Truth.of(data, data.test());
    Recommendations read = RecommendationsReader.read(file, data.test().userIds(), data.itemIds());
    Audit audit = Audit.of(truth, read, TieOrder.FILE, cutoffs, Optional.empty());
    audit.findings().forEach(one -> console.say(one.toString()));
    audit.figures().forEach(one -> console.say("%-24s %s %s".formatted(one.name(), one.value(), one.ties())));
  }
}
