package dev.elbo.cli;

import static dev.elbo.cli.Program.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.elbo.cli.options.Presets;
import dev.elbo.cli.terminal.Section;
import dev.elbo.cli.terminal.SectionedOptions;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {

  private static final File PRESETS = new File("../tools/presets");

  @TempDir private Path folder;

  private static Stream<String> commands() {
    return new CommandLine(new Main()).getSubcommands().keySet().stream();
  }

  /** One that is not there could not be typed. */
  @Test
  void everyCommandIsInTheProgram() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("main", "java", "dev", "elbo", "cli"))) {
      assertEquals(
          files
              .map(file -> file.getFileName().toString().replace(".java", ""))
              .filter(name -> name.endsWith("Command"))
              .collect(Collectors.toSet()),
          new CommandLine(new Main())
              .getSubcommands().values().stream()
                  .map(command -> command.getCommandSpec().userObject().getClass().getSimpleName())
                  .collect(Collectors.toSet()));
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasHelp(String command) {
    Program.Result help = run(command, "--help").done();
    assertTrue(help.out().startsWith("Usage: elbo " + command), help.out());
    assertTrue(help.out().contains("--json"), help.out());
    assertEquals("", help.err());
  }

  /** A default is either in the words of an option, or shown behind them. */
  @ParameterizedTest
  @MethodSource("commands")
  void helpShowsNoDefaultTwice(String command) {
    String help = run(command, "--help").out().replaceAll("\\s+", " ");
    assertFalse(help.matches(".*\\(default: [^)]*\\) Default: .*"), help);
  }

  @Test
  void theProgramHasHelpAndAVersion() {
    Program.Result help = run("--help").done();
    commands().forEach(command -> assertTrue(help.out().contains(command), command));
    String version = run("--version").done().out();
    assertTrue(version.startsWith("elbo "), version);
    assertEquals(version, run("train", "--version").done().out());
  }

  /** Each can be typed; what it names need not be there. */
  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasExamples(String command) {
    List<String> examples =
        run(command, "--help")
            .out()
            .lines()
            .dropWhile(line -> !line.equals("Examples:"))
            .filter(line -> line.startsWith("  elbo "))
            .map(line -> line.strip().replaceFirst("^elbo ", "").replaceFirst("  .*", ""))
            .toList();
    assertFalse(examples.isEmpty());
    for (String example : examples) {
      String[] args = example.replaceFirst(" >> .*", "").split(" ");
      new CommandLine(new Main()).parseArgs(new Presets(PRESETS).resolve(args));
    }
  }

  /** Those of a search are those of `train`, under the same headings. */
  @ParameterizedTest
  @ValueSource(strings = {"train", "search", "evaluate", "prepare"})
  void everyOptionHasAHeading(String command) {
    CommandLine.Model.CommandSpec spec =
        new CommandLine(new Main()).getSubcommands().get(command).getCommandSpec();
    String help = run(command, "--help").done().out();
    for (CommandLine.Model.OptionSpec option : spec.options()) {
      if (option.group() != null && option.group().heading() != null) {
        continue; // picocli's own
      }
      Section.Of section = SectionedOptions.of(option).orElseThrow();
      int heading = help.indexOf("\n%s:\n".formatted(section.heading()));
      int line = help.indexOf("      " + option.longestName(), heading);
      assertTrue(
          heading >= 0 && (line > heading || option.names().length > 1), option.longestName());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          tran --data d                               | (did you mean train?)
          recomend --model-dir m                      | (did you mean recommend?)
          train --data d --out OUT --lerning-rate 1   | (did you mean --learning-rate?)
          prepare --ratings r --out OUT --seperator x | Unknown option
          train --data d --out OUT --model mult-vea   | (did you mean mult-vae?)
          train --data d --out OUT --dialect recbol   | (did you mean recbole
          train --data d --out OUT --adam pytroch     | (did you mean pytorch?)
          train --data d --out OUT --metrics ndgc@7   | (did you mean ndcg@7?)
          train --data d --out OUT --select rsme      | (did you mean rmse?)
          train @../tools/presets/ml1m.args           | (did you mean @../tools/presets/ml-1m.args?)
          train @no/such.args                         | There is no file 'no/such.args' to read
          gradcheck --layer tahn                      | (did you mean tanh?)
          verify --case mult-vae-smal --tensors OUT   | (did you mean mult-vae-small?)
          fetch ml1m --out OUT                        | (did you mean ml-1m?)
          """)
  void whatWasProbablyMeantIsNamed(String line, String message) {
    List<String> args = List.of(line.replace("OUT", folder.resolve("o").toString()).split(" +"));
    Program.Result result = run(args);
    assertTrue(result.err().contains(message), result.err());
    assertFalse(result.err().contains("\tat "), result.err());
    assertNotEquals(0, result.code());
  }

  @Test
  void metricsAreNamedInUpperOrLowerCase() {
    Path data = Program.prepare(Program.ratings(folder.resolve("r.csv")), folder.resolve("data"));
    Program.Result result =
        run(
                "train",
                "--data",
                data,
                "--out",
                folder.resolve("m"),
                Program.SMALL,
                "--epochs",
                1,
                "--metrics",
                "NDCG@10,Recall@5",
                "--select",
                "NDCG@20",
                "--json")
            .done();
    JsonNode validation = result.json().at("/epochs/0/validation");
    assertEquals(List.of("ndcg@20", "ndcg@10", "recall@5"), names(validation));
  }

  @Test
  void helpInAPipeHasNoColours() {
    assertFalse(run("train", "--help").out().contains("\u001b"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          prepare --ratings r.csv                            | --out
          prepare --ratings r --out OUT --seed -1            | seed
          prepare --ratings r --out OUT --holdout 1          | --holdout: expected a fraction between 0 and 1
          prepare --ratings r --out OUT --holdout 0          | --holdout
          prepare --ratings r --out OUT --split weak --holdout 0.5 | --holdout
          prepare --ratings r --out OUT --heldout-users 0    | --heldout-users: expected a whole number from 1
          prepare --ratings r --out OUT --split weak --heldout-users 3 | --split weak holds out records of all users
          prepare --ratings r --out OUT --heldout-users 1.5  | --heldout-users
          prepare --ratings r --out OUT --min-rating NaN     | --min-rating
          prepare --ratings r --out OUT --min-user-items -1  | --min-user-items: expected 0 or more, found '-1'
          prepare --ratings r --out OUT --min-item-users -1  | --min-item-users
          prepare --ratings r --out OUT --min-item-users x   | 'x' is not an int
          prepare --ratings r --out OUT --split odd          | strong, weak, temporal
          prepare --ratings r --out OUT --user-column a --item-column a | a different column
          train --data d                                     | --out
          train --data d --out OUT --epochs 0                | '--epochs': expected a whole number from 1, found '0'
          train --data d --out OUT --batch-size 0            | --batch-size
          train --data d --out OUT --latent 0                | --latent
          train --data d --out OUT --threads 0               | --threads
          train --data d --out OUT --threads 1025            | '--threads': expected at most 1024 threads, found '1025'
          train --data d --out OUT --patience 0              | --patience
          train --data d --out OUT --model mult-wae          | choose one of [mult-vae, mult-dae,
          train --data d --out OUT --adam sgd                | '--adam': expected one of tensorflow, pytorch, found 'sgd'
          train --data d --out OUT --adam PYTORCH            | expected one of tensorflow, pytorch, found 'PYTORCH'
          train --data d --out OUT --tanh EVERY_MODULE       | expected one of hidden, every-module, found 'EVERY_MODULE'
          train --data d --out OUT --schedule cosine         | expected one of constant, step, plateau, found 'cosine'
          train --data d --out OUT --model mult-dae --noise-scale 2 | --noise-scale does not apply to mult-dae
          train --data d --out OUT --model mult-dae --mean-kl | --mean-kl does not apply to mult-dae
          train --data d --out OUT --model mult-dae --beta-cap 1 | --beta-cap does not apply to mult-dae
          train --data d --out OUT --hidden 600;400          | expected widths such as 600 or 600,400
          train --data d --out OUT --select ndcg             | unknown metric
          train --data d --out OUT --select ndcg             | ; or loss
          train --data d --out OUT --metrics recall@0        | unknown metric
          search --data d                                    | --out
          search --data d --out OUT --trials 0               | '--trials': expected a whole number from 1
          search --data d --out OUT --latent 1..5            | --latent: expected a range such as 300..900:300
          search --data d --out OUT --latent 1..5:x1         | or 10..1000:x2 (first, last, factor)
          search --data d --out OUT --budget 0s              | expected a time such as 90s, 30m or 1h30m, found '0s'
          search --data d --out OUT --budget 30              | expected a time such as 90s, 30m or 1h30m, found '30'
          search --data d --out OUT --budget 3000000h        | expected a time such as 90s, 30m or 1h30m, found '3000000h'
          search --data d --out OUT --budget 1m --trials 2   | leave out --trials
          search --data d --out OUT --budget 1m --anneal-beta | leave out one of them
          search --data d --out OUT --budget 1m --model ease,dlae | give one value of --model
          search --data d --out OUT --budget 1m --epochs 1,2 | give one value of --epochs
          evaluate --model-dir m                             | --data
          evaluate --model-dir m --data d --on train         | validation, test
          evaluate --model-dir m --data d --metrics ndgc@10  | unknown metric
          compare a b                                        | --data
          compare a b --data d --resamples 10                | expected 100 resamples or more, found '10'
          recommend --model-dir m                            | --items
          recommend --model-dir m --items 1 --histories f    | mutually exclusive
          recommend --model-dir m --items 1 -k 0             | '-k': expected a whole number from 1
          similar --model-dir m                              | --item
          similar --model-dir m --item 1 -k ten              | found 'ten'
          fetch ml-1b --out OUT                              | there are ml-100k
          fetch ml-1m --out OUT --mirror ftp://host/         | expected a mirror like
          fetch --out OUT                                    | expected the NAME of a data set; --list shows
          fetch ml-1m                                        | expected --out=DIR; --list shows
          fetch ml-1m --list                                 | ml-1m does nothing beside --list
          fetch --list --mirror https://host/                | --mirror does nothing beside --list
          quickstart --out OUT --threads 0                   | --threads
          verify --case mult-vae-small                       | --tensors=FILE
          verify --tensors OUT                               | '--case=NAME'; --list shows the cases
          verify --case mult-vae --tensors OUT               | choose one of: mult-vae-small
          verify --case mult-vae-small --tensors OUT --list  | mutually exclusive
          verify --list --case mult-vae-small                | --case does nothing beside --list
          verify --list --tolerance 1                        | --tolerance does nothing beside --list
          verify --case mult-vae-small --export OUT --tolerance 1 | --tolerance does nothing beside --export
          gradcheck --list --layer tanh                      | --layer does nothing beside --list
          gradcheck --seed 2 --list                          | --seed does nothing beside --list
          verify --case mult-vae-small --tensors OUT --tolerance -1 | --tolerance: expected a finite number from 0 on
          """)
  void wrongUsageIsSaidInASentence(String line, String message) {
    Path out = folder.resolve("out");
    List<String> args = List.of(line.replace("OUT", out.toString()).split(" ", -1));
    Program.Result result = run(args).fails(2, message);
    assertEquals("", result.out());
    assertTrue(result.err().contains("--help'."), result.err());
    assertTrue(Files.notExists(out));

    JsonNode json = run(args, "--json").fails(2, message).json();
    assertTrue(result.err().startsWith(json.at("/error/message").asText()), json.toString());
  }

  @Test
  void theProgramDoesNothingWithoutACommand() {
    run().fails(2, "Missing required subcommand");
    run("tran").fails(2, "'tran'");
  }

  @Test
  void anErrorInAFileIsADocumentWithFileAndLine() {
    Path ratings = Program.write(folder.resolve("r.csv"), "userId,itemId,rating\n1,2,3\n1,x\n");
    Path out = folder.resolve("out");
    Program.Result result =
        run("prepare", "--ratings", ratings, "--out", out, "--json").fails(1, "line 3");
    JsonNode error = result.json().get("error");
    assertEquals(List.of("message", "file", "line"), names(error));
    assertEquals(ratings.toString(), error.get("file").asText());
    assertEquals(3, error.get("line").asInt());
    assertEquals(
        "Reading %s ...%nelbo: %s%n".formatted(ratings, error.get("message").asText()),
        result.err());
    assertTrue(Files.notExists(out));
  }

  @ParameterizedTest
  @CsvSource({
    "train --data MISSING --out OUT",
    "evaluate --model-dir MISSING --data MISSING",
    "recommend --model-dir MISSING --items 1",
    "recommend --model-dir MISSING --items 1 --titles MISSING",
    "similar --model-dir MISSING --item 1",
    "prepare --ratings MISSING --out OUT",
    "train --data MISSING --out OUT --resume"
  })
  void whatIsMissingIsNamed(String line) {
    Path missing = folder.resolve("missing");
    Path out = folder.resolve("out");
    List<String> args =
        List.of(
            line.replace("MISSING", missing.toString())
                .replace("OUT", out.toString())
                .split(" ", -1));
    run(args).fails(1, (line.contains("resume") ? out : missing).toString());
    assertTrue(Files.notExists(out));
  }

  @Test
  void quickstartLeavesWhatIsThereAlone() {
    run("quickstart", "--out", folder).fails(1, "is there already; choose another --out");
    run("quickstart", "--out", "/").fails(1, "/: is there already; choose another --out");
  }

  /** Argument files that the project ships; each is of the command its first words name. */
  @TestFactory
  Stream<DynamicTest> presetsAreUnderstood() {
    var presets = new Presets(PRESETS);
    return presets.names().stream()
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name,
                    () ->
                        new CommandLine(new Main())
                            .parseArgs(
                                presets.resolve(
                                    "train", "@" + name, "--data", "d", "--out", "m"))));
  }

  static List<String> names(JsonNode object) {
    return object.properties().stream().map(property -> property.getKey()).toList();
  }
}
