package dev.elbo.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.data.Interactions;
import dev.elbo.data.SyntheticRatings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The README's commands, one after the other, in a folder of their own. In place of MovieLens-1M
 * there are a few made-up ratings in its format, and training ends after an epoch. Every command is
 * understood as it stands; those that need a network, a GPU, Python or minutes are not run.
 */
class ReadmeTest {

  /** A command in a block, after a prompt or none, or within a sentence. */
  private static final Pattern COMMAND =
      Pattern.compile("(?:^ *(?:\\$ )?|`|<\\()tools/elbo ([a-z][^`)#\n]*)", Pattern.MULTILINE);

  private static final Pattern NOT_RUN =
      Pattern.compile("(quickstart|fetch|bench).*|.*tornado.*|.* mine\\.npz");

  /** Options that are given last, so that they count. */
  private static final Map<String, List<String>> IN_SMALL =
      Map.of(
          "prepare", List.of("--heldout-users=30"),
          "train", List.of("--epochs=1"),
          "search", List.of("--epochs=1", "--trials=1"));

  private static final List<String> MOVIES = List.of("1193", "661", "914", "260");

  @TempDir private static Path folder;

  @BeforeAll
  static void makeMovieLens() throws IOException {
    Interactions drawn = new SyntheticRatings(300, 60, 5).draw();
    var ratings = new StringBuilder();
    for (int event = 0; event < drawn.size(); event++) {
      ratings.append(
          "%s::%s::5::%d%n"
              .formatted(
                  drawn.userIds().get(drawn.users()[event]),
                  movie(drawn.itemIds().get(drawn.items()[event])),
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
  Stream<DynamicTest> commands() throws IOException {
    String readme = Files.readString(Path.of("..", "README.md"));
    List<String> commands =
        COMMAND.matcher(readme).results().map(found -> found.group(1).strip()).toList();
    assertTrue(commands.size() > 20, commands.toString());
    return commands.stream()
        .map(
            command ->
                DynamicTest.dynamicTest(
                    command,
                    () -> {
                      if (NOT_RUN.matcher(command).matches()) {
                        understand(command);
                      } else {
                        runInFolder(command);
                      }
                    }));
  }

  private static void understand(String command) {
    new CommandLine(new Main()).parseArgs(command.replace("@", "@../").split(" +"));
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
        args.add("@../" + word.substring(1));
      } else if (expected == null && !args.isEmpty()) { // a model's directory
        args.add(model(folder.resolve(word)).toString());
      } else {
        boolean isFile = expected != null && expected.type() == Path.class;
        args.add(isFile ? folder.resolve(word).toString() : word);
        expected = null;
      }
    }
    int out = args.indexOf("--out");
    if (out >= 0) {
      delete(Path.of(args.get(out + 1))); // each command is an example of its own
    }
    if (!command.contains("--model ")) { // baselines have no epochs
      args.addAll(IN_SMALL.getOrDefault(name, List.of()));
    }
    Program.Result result = Program.run(args);
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
