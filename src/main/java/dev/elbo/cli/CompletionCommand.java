package dev.elbo.cli;

import dev.elbo.cli.terminal.Console;
import java.util.Map;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code elbo completion}: a script for the shell. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description =
        "Print a script with which bash and zsh complete commands, options and names of `elbo`,"
            + " wherever it is started from.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  source <(elbo completion)                   in this shell",
      "  elbo completion >> ~/.bashrc                in every bash from now on"
    })
final class CompletionCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Mixin private Console console;

  @Override
  public void run() {
    CommandSpec elbo = spec.root();
    String script = AutoComplete.bash(elbo.name(), elbo.commandLine());
    if (!console.isJson()) {
      console.say(script);
    }
    console.json(() -> Map.of("script", script));
  }
}
