package dev.elbo.cli;

import dev.elbo.cli.run.Dialect;
import dev.elbo.cli.terminal.Console;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code elbo dialects}: how other implementations differ from the authors' code. */
@Command(
    name = "dialects",
    mixinStandardHelpOptions = true,
    description =
        "List what other implementations of these models do otherwise than the authors' code"
            + " (dawenl/vae_cf), as options of train and evaluate; --dialect NAME sets them.",
    footerHeading = "%nExamples:%n",
    footer = {"  elbo dialects", "  elbo train --data prepared --out model --dialect recbole"})
final class DialectsCommand implements Runnable {

  @Mixin private Console console;

  @Override
  public void run() {
    List<Dialect> dialects = Dialect.all();
    for (Dialect dialect : dialects) {
      console.say("%s  (github.com/%s)".formatted(dialect.name(), dialect.project()));
      for (Dialect.Switch one : dialect.switches()) {
        console.say("  %-32s %s".formatted(one, one.source()));
      }
      for (Dialect.Difference one : dialect.beyond()) {
        console.say("  not reproduced: " + one.what());
        console.say("    " + one.source());
      }
      console.say("");
    }
    console.json(() -> Map.of("dialects", dialects));
  }
}
