package dev.elbo.spark;

import dev.elbo.cli.options.Presets;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The jobs, each a command: what {@code spark-submit} and {@code tools/spark/run} start. */
@Command(
    name = "elbo-spark",
    description = "Elbo's jobs for Apache Spark.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "JOB",
    subcommands = {PrepareJob.class, RecommendJob.class, TrainJob.class})
public final class Main {

  private Main() {}

  /** Runs a job and ends with its exit code. */
  public static void main(String[] args) {
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT); // Numbers look the same everywhere.
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code = run(out, err, args);
    out.flush();
    err.flush();
    System.exit(code);
  }

  /**
   * Runs a job.
   *
   * @param out results
   * @param err progress and words
   * @param args the command line
   * @return the exit code, as that of the {@code elbo} program
   */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    String[] resolved = Presets.ofProgram().resolve(args);
    return dev.elbo.cli.Main.run(new CommandLine(new Main()), out, err, resolved);
  }
}
