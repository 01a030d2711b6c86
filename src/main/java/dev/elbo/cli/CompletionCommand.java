package dev.elbo.cli;

import dev.elbo.cli.terminal.Console;
import java.util.Map;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code elbo completion}: a script for the shell. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description =
        "Print a script with which bash and zsh complete commands, options and names of `elbo`,"
            + " wherever it is started from.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  source <(elbo completion)           # in this shell",
      "  elbo completion >> ~/.bashrc        # in every bash from now on"
    })
final class CompletionCommand implements Runnable {

  @Mixin private Console console;

  @Override
  public void run() {
    CommandLine elbo = new CommandLine(new Main());
    String script = AutoComplete.bash(elbo.getCommandName(), elbo);
    if (!console.isJson()) {
      console.say(script);
    }
    console.json(() -> Map.of("script", script));
  }
}
