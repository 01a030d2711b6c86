package dev.elbo.bench;

import dev.elbo.io.Json;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that every contest has, and where its words go. */
final class Console {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(names = "--json", description = "print one JSON document, and nothing else, on stdout")
  private boolean json;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "threads of each contestant (default: ${DEFAULT-VALUE}, all cores)")
  private int threads = Runtime.getRuntime().availableProcessors();

  int threads() {
    return threads;
  }

  /** What goes on, for people. */
  void progress(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(line);
    err.flush();
  }

  /**
   * Prints a result: as a document if that is asked for, else in words.
   *
   * @param document the result, a record
   * @param lines the result in words, the figure to remember last
   */
  void report(Object document, List<String> lines) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.text(document));
    } else {
      lines.forEach(out::println);
    }
    out.flush();
  }
}
