package dev.elbo.cli;

import dev.elbo.DidYouMean;
import dev.elbo.ElboException;
import dev.elbo.cli.numerics.BenchCommand;
import dev.elbo.cli.numerics.EnginesCommand;
import dev.elbo.cli.numerics.GradcheckCommand;
import dev.elbo.cli.numerics.VerifyCommand;
import dev.elbo.cli.options.Arguments;
import dev.elbo.cli.options.ConstantConverter;
import dev.elbo.cli.options.Presets;
import dev.elbo.cli.terminal.CheckedStream;
import dev.elbo.cli.terminal.Console;
import dev.elbo.cli.terminal.SectionedOptions;
import dev.elbo.io.Json;
import dev.elbo.io.Printable;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code elbo} program. */
@Command(
    name = "elbo",
    description = "Collaborative filtering with variational autoencoders.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      QuickstartCommand.class,
      FetchCommand.class,
      PrepareCommand.class,
      TrainCommand.class,
      SearchCommand.class,
      EvaluateCommand.class,
      CompareCommand.class,
      AuditCommand.class,
      ReportCommand.class,
      RecommendCommand.class,
      SimilarCommand.class,
      ServeCommand.class,
      ExportCommand.class,
      DialectsCommand.class,
      GradcheckCommand.class,
      VerifyCommand.class,
      EnginesCommand.class,
      BenchCommand.class,
      CompletionCommand.class
    },
    footer = {
      "",
      "Arguments may be read from a file, or a preset: elbo train @mine.args, elbo train @ml-1m",
      "Exit codes: 0 done, 1 failed, 2 wrong usage."
    })
public final class Main {

  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  /** Runs the program and ends with its exit code. */
  public static void main(String[] args) {
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT); // Numbers look the same everywhere.
    // System.out and System.err would keep to themselves what goes wrong.
    var results = new CheckedStream(results());
    var words = new CheckedStream(new FileOutputStream(FileDescriptor.err));
    PrintWriter out = new PrintWriter(results, false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(words, true, StandardCharsets.UTF_8);
    int code = run(out, err, args);
    out.flush();
    results
        .failure()
        .ifPresent(e -> err.println("elbo: standard output cannot be written: " + e.getMessage()));
    err.flush();
    boolean written = results.failure().isEmpty() && words.failure().isEmpty();
    System.exit(code == 0 && !written ? FAILED : code);
  }

  /**
   * Standard output, or the open file whose number the launcher gives in its place. To open it once
   * more by a name would begin at another place of the file, and cannot be done with a socket.
   */
  private static OutputStream results() {
    Integer number = Integer.getInteger("elbo.out");
    return new FileOutputStream(number == null ? FileDescriptor.out : descriptor(number));
  }

  private static FileDescriptor descriptor(int number) {
    try {
      Constructor<FileDescriptor> ofNumber = FileDescriptor.class.getDeclaredConstructor(int.class);
      ofNumber.setAccessible(true);
      return ofNumber.newInstance(number);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Runs the program.
   *
   * @param out results
   * @param err progress and words
   * @param words the command line
   * @return the exit code
   */
  public static int run(PrintWriter out, PrintWriter err, String... words) {
    String[] args = Presets.ofProgram().resolve(words);
    return run(program(args), out, err, args);
  }

  /**
   * Runs a program whose commands are like these: errors of its user's are told in a sentence.
   *
   * @param program the program and its commands
   * @param out results
   * @param err progress and words
   * @param args the command line
   * @return the exit code
   */
  public static int run(CommandLine program, PrintWriter out, PrintWriter err, String... args) {
    boolean json = List.of(args).contains("--json");
    CommandLine elbo =
        ConstantConverter.register(program)
            .setOut(out)
            .setErr(err)
            .setOverwrittenOptionsAllowed(true)
            .setUsageHelpAutoWidth(true)
            .setParameterExceptionHandler(
                (e, all) -> {
                  String message = message(e, all);
                  err.println(Printable.of(message));
                  err.println(
                      "Try '%s --help'."
                          .formatted(e.getCommandLine().getCommandSpec().qualifiedName()));
                  if (json) {
                    out.println(Json.text(Map.of("error", Map.of("message", message))));
                  }
                  return WRONG_USAGE;
                })
            .setExecutionExceptionHandler(
                (e, commandLine, _) -> {
                  if (e instanceof ParameterException wrong) {
                    return commandLine
                        .getParameterExceptionHandler()
                        .handleParseException(wrong, args);
                  }
                  return failed(
                      withOption(expected(e), commandLine.getCommandSpec()), out, err, json);
                });
    SectionedOptions.register(elbo);
    elbo.getSubcommands()
        .values()
        .forEach(command -> command.getCommandSpec().versionProvider(new VersionText()));
    try {
      return elbo.execute(args);
    } catch (OutOfMemoryError _) {
      return failed(Memory.tooLittle(), out, err, json);
    }
  }

  /**
   * The program, with no commands but the one that is called where its first word names it: to read
   * all from their annotations takes longer than most commands do.
   */
  private static CommandLine program(String... args) {
    Command annotation = Main.class.getAnnotation(Command.class);
    CommandSpec elbo =
        CommandSpec.create()
            .name(annotation.name())
            .mixinStandardHelpOptions(true)
            .versionProvider(new VersionText());
    String first = args.length == 0 ? "" : args[0];
    for (Class<?> command : annotation.subcommands()) {
      if (command.getAnnotation(Command.class).name().equals(first)) {
        return new CommandLine(elbo).addSubcommand(new CommandLine(command));
      }
    }
    boolean version = args.length == 1 && (first.equals("--version") || first.equals("-V"));
    return new CommandLine(version ? elbo : CommandSpec.forAnnotatedObject(new Main()));
  }

  /** What is wrong with the command line, and what was probably meant. */
  private static String message(ParameterException e, String... args) {
    boolean unknown = e instanceof UnmatchedArgumentException;
    if (unknown || e instanceof MissingParameterException) {
      for (String arg : args) { // picocli takes the name of a file that is not there for a word
        if (arg.startsWith("@") && !Files.exists(Path.of(arg.substring(1)))) {
          return Arguments.noSuchFile(Path.of(arg.substring(1)));
        }
      }
    }
    if (!unknown) {
      return e.getMessage();
    }
    String typed = ((UnmatchedArgumentException) e).getUnmatched().getFirst();
    CommandSpec command = e.getCommandLine().getCommandSpec();
    Set<String> names =
        typed.startsWith("-") ? command.optionsMap().keySet() : command.subcommands().keySet();
    return e.getMessage() + DidYouMean.among(names, typed);
  }

  /** What is wrong with a value is said of the option that it was given with. */
  private static ElboException withOption(ElboException error, CommandSpec command) {
    return error.file().isPresent()
        ? error
        : new ElboException(Console.withOption(command, error.getMessage()), error);
  }

  private static int failed(ElboException error, PrintWriter out, PrintWriter err, boolean json) {
    err.println("elbo: " + error.getMessage());
    if (json) {
      out.println(Json.text(Map.of("error", document(error))));
    }
    return FAILED;
  }

  /**
   * What is no mistake of the user's is one of ours: it is shown with all that helps to mend it.
   */
  private static ElboException expected(Exception e) throws Exception {
    if (e instanceof ElboException error) {
      return error;
    }
    throw e;
  }

  private static Map<String, Object> document(ElboException error) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("message", error.getMessage());
    error.file().ifPresent(file -> document.put("file", file.toString()));
    error.line().ifPresent(line -> document.put("line", line));
    return document;
  }
}
