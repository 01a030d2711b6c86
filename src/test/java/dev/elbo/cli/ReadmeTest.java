package dev.elbo.cli;

import static dev.elbo.cli.DocumentedCommands.ROOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.elbo.cli.DocumentedCommands.Line;
import dev.elbo.cli.options.ConstantConverter;
import dev.elbo.cli.options.Presets;
import dev.elbo.data.Interactions;
import dev.elbo.data.SyntheticRatings;
import dev.elbo.engine.EngineProvider;
import dev.elbo.engine.Engines;
import dev.elbo.model.ModelName;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.ThrowingConsumer;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The commands of the documents. Those of the README and of the manual are run, one after the
 * other, in a folder of their own: in place of MovieLens-1M there are a few made-up ratings in its
 * format, and training ends after an epoch. Those that need a network, a GPU, Python or minutes,
 * and those of the other documents, are understood as they stand.
 */
class ReadmeTest {

  private static final Pattern NOT_RUN =
      Pattern.compile(
          "(quickstart|fetch|bench|serve).*|.*tornado.*|.* mine\\.npz"
              + "|audit .*(theirs\\.csv|qrels).*");

  /** What stands for one thing or another in a command, as expressions. */
  private static final Map<String, String> PLACEHOLDERS =
      Map.of("\\b(S|N|SEED)\\b", "1", "\\bNAME\\b", "ease", "\\bOPTION\\b", "--zero-seen");

  /** Options that are given last, so that they count. */
  private static final Map<String, List<String>> IN_SMALL =
      Map.of(
          "prepare", List.of("--heldout-users=30"),
          "train", List.of("--epochs=4"), // a round of recvae
          "search", List.of("--epochs=1", "--trials=1"));

  private static final Presets PRESETS = new Presets(new File("../tools/presets"));

  private static final List<String> MOVIES = List.of("1193", "661", "914", "260");

  @TempDir private static Path folder;

  @BeforeAll
  static void makeMovieLens() throws IOException {
    Interactions drawn = new SyntheticRatings(300, 60, 5).draw();
    var ratings = new StringBuilder();
    for (int event = 0; event < drawn.size(); event++) {
      ratings.append(
          "%s::%s::%d::%d%n"
              .formatted(
                  drawn.userIds().get(drawn.users()[event]),
                  movie(drawn.itemIds().get(drawn.items()[event])),
                  5 - event % 3,
                  event));
    }
    var titles = new StringBuilder();
    MOVIES.forEach(movie -> titles.append("%s::Film %s (1999)::Drama%n".formatted(movie, movie)));
    Path data = Files.createDirectories(folder.resolve("data/ml-1m"));
    Program.write(data.resolve("ratings.dat"), ratings.toString());
    Program.write(data.resolve("movies.dat"), titles.toString());
  }

  /** The first items are the films that the README names. */
  private static String movie(String id) {
    int number = Integer.parseInt(id);
    return number <= MOVIES.size() ? MOVIES.get(number - 1) : "9" + id;
  }

  @TestFactory
  Stream<DynamicTest> commands_of_the_manual() {
    List<Line> lines =
        DocumentedCommands.manual().stream()
            .flatMap(DocumentedCommands::of)
            .filter(Line::isElbo)
            .toList();
    assertTrue(lines.size() > 35, lines.toString());
    return tests(
        lines,
        line -> {
          if (!line.program().equals("tools/elbo") || NOT_RUN.matcher(line.arguments()).matches()) {
            understand(line);
          } else {
            runInFolder(line.arguments());
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> commands_of_the_other_documents() {
    List<Line> lines =
        Stream.concat(
                Stream.concat(
                        Stream.of(ROOT.resolve("CONTRIBUTING.md")),
                        DocumentedCommands.files("reference-results", ".md").stream())
                    .flatMap(DocumentedCommands::of),
                DocumentedCommands.files("tools/presets", ".args").stream()
                    .flatMap(DocumentedCommands::ofPreset))
            .filter(Line::isElbo)
            .toList();
    assertTrue(lines.size() > 50, lines.toString());
    return tests(lines, ReadmeTest::understand);
  }

  /** What {@code tools/reproduce} runs. */
  @TestFactory
  Stream<DynamicTest> commands_of_the_measured_figures() throws IOException {
    Map<String, String> files =
        Map.of(
            "prepare", "--ratings ratings.dat --out data",
            "train", "--data data --out model",
            "evaluate", "--model-dir model --data data");
    List<Line> lines = new ArrayList<>();
    try (var measured =
        CsvReader.builder().ofNamedCsvRecord(ROOT.resolve("reference-results/measured.csv"))) {
      for (NamedCsvRecord row : measured) {
        files.forEach(
            (command, more) ->
                lines.add(
                    new Line(
                        "tools/elbo",
                        String.join(" ", command, more, row.getField(command)).strip(),
                        /* inSentence= */ false)));
      }
    }
    return tests(lines.stream().distinct().toList(), ReadmeTest::understand);
  }

  /** What can be typed is to be found. */
  @Test
  void the_manual_names_every_command_model_and_engine() {
    String manual = manual();
    for (ModelName model : ModelName.all()) {
      assertTrue(manual.contains("`%s`".formatted(model)), model::toString);
    }
    for (EngineProvider engine : Engines.all()) {
      assertTrue(manual.contains("| `%s`".formatted(engine.name())), engine::name);
    }
    for (String command : new CommandLine(new Main()).getSubcommands().keySet()) {
      assertTrue(manual.contains("tools/elbo " + command), command);
    }
  }

  private static String manual() {
    return DocumentedCommands.manual().stream()
        .map(DocumentedCommands::read)
        .collect(Collectors.joining("\n"));
  }

  @Test
  void the_manual_shows_every_lesson_in_its_order() {
    Pattern lesson = Pattern.compile("gradients/(G\\d\\d\\w+\\.java)");
    List<String> shown = lesson.matcher(manual()).results().map(found -> found.group(1)).toList();
    List<String> lessons =
        DocumentedCommands.files("src/test/java/dev/elbo/gradients", ".java").stream()
            .map(file -> file.getFileName().toString())
            .filter(name -> name.matches("G\\d.*"))
            .toList();
    assertEquals(lessons, shown);
  }

  private static Stream<DynamicTest> tests(List<Line> lines, ThrowingConsumer<Line> test) {
    return lines.stream()
        .map(line -> DynamicTest.dynamicTest(line.toString(), () -> test.accept(line)));
  }

  private static void understand(Line line) {
    String arguments = line.arguments().replaceAll("(^| )@tools/", "$1@../tools/");
    for (var placeholder : PLACEHOLDERS.entrySet()) {
      arguments = arguments.replaceAll(placeholder.getKey(), placeholder.getValue());
    }
    understand(List.of(PRESETS.resolve(arguments.split(" +", -1))), line.inSentence());
  }

  /** In a sentence what a command needs besides may be left out. */
  private static void understand(List<String> args, boolean inSentence) {
    try {
      ConstantConverter.register(new CommandLine(new Main()))
          .setOverwrittenOptionsAllowed(true)
          .parseArgs(args.toArray(String[]::new));
    } catch (MissingParameterException e) {
      assertTrue(inSentence, e.getMessage());
      OptionSpec missing = (OptionSpec) e.getMissing().getFirst();
      List<String> more = new ArrayList<>(args);
      more.add(missing.longestName() + (missing.typeInfo().isBoolean() ? "" : "=here"));
      understand(more, inSentence);
    }
  }

  private static void runInFolder(String command) throws IOException {
    String name = command.split(" ", 2)[0];
    CommandSpec spec = new CommandLine(new Main()).getSubcommands().get(name).getCommandSpec();
    List<String> args = new ArrayList<>();
    ArgSpec expected = null;
    for (String word : command.split(" +", -1)) {
      OptionSpec option = word.startsWith("-") ? spec.findOption(word) : null;
      if (option != null) {
        args.add(word);
        expected = option;
      } else if (word.startsWith("@")) {
        args.add(word.replace("@tools/", "@../tools/"));
      } else if (expected == null && !args.isEmpty()) { // a model's directory
        args.add(model(folder.resolve(word)).toString());
      } else {
        boolean isFile = expected != null && expected.auxiliaryTypes()[0] == Path.class;
        args.add(isFile ? folder.resolve(word).toString() : word);
        expected = null;
      }
    }
    int out = args.indexOf("--out");
    if (out >= 0) {
      delete(Path.of(args.get(out + 1))); // each command is an example of its own
    }
    if (command.contains("--budget ")) {
      args.add("--budget=PT0.001S"); // one trial, of one epoch
      // Baselines have no epochs, and some splits hold out no users.
    } else if (Stream.of("--model ", "--split weak", "--split none").noneMatch(command::contains)) {
      args.addAll(IN_SMALL.getOrDefault(name, List.of()));
    }
    Program.Result result = Program.run((Object[]) PRESETS.resolve(args.toArray(String[]::new)));
    // A mistake that is put into a gradient is to be found.
    assertEquals(command.contains("--break") ? 1 : 0, result.code(), result.err());
  }

  /** A model that the README takes for granted is made. */
  private static Path model(Path directory) {
    return Files.exists(directory)
        ? directory
        : Program.train(folder.resolve("prepared"), directory, "--epochs", 1);
  }

  private static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
