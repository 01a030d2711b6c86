package dev.elbo.bench;

import dev.elbo.ElboException;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The bench programs; the scripts in {@code tools/bench} call them by their names. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "PROGRAM",
    description = "Measures Elbo against its peers.",
    subcommands = {
      UpdateVsTorch.class,
      GemmVsPeak.class,
      Roofline.class,
      ScoreVsTorch.class,
      EaseVsTorch.class,
      Scaling.class,
      SampledGradients.class,
      SampledCatalogue.class,
      ServeLoad.class,
      ServeSoak.class,
      TopNOfOne.class,
    })
public final class Main {

  private Main() {}

  /**
   * Runs a program.
   *
   * @param args its name and options
   */
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT); // the same decimal points in every country
    System.exit(new CommandLine(new Main()).setExecutionExceptionHandler(Main::fail).execute(args));
  }

  private static int fail(Exception e, CommandLine command, CommandLine.ParseResult unused)
      throws Exception {
    if (e instanceof ElboException) {
      command.getErr().println(e.getMessage());
      return 1;
    }
    throw e;
  }
}
