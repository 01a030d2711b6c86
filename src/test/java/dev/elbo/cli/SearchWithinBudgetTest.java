package dev.elbo.cli;

import static dev.elbo.cli.Program.SMALL;
import static dev.elbo.cli.Program.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.elbo.cli.run.RunArguments;
import dev.elbo.model.ModelName;
import dev.elbo.search.SearchSpace;
import dev.elbo.train.Checkpoint;
import dev.elbo.train.RunOptions;
import dev.elbo.train.SavedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A search with a budget from the command line. There is either far more time than a few
 * combinations take, or less than an epoch does; {@code BudgetSearchTest} has what lies between.
 */
class SearchWithinBudgetTest {

  private static final List<String> FOUR =
      List.of("--dropout", "0.3,0.5", "--latent", "3,4", "--epochs", "3", "--budget", "24h");

  /** Four trials of one epoch, of which the best goes on to three. */
  private static Program.Result whole;

  private static Path wholeDir;
  private static Path data;

  @TempDir private static Path shared;
  @TempDir private Path folder;

  @BeforeAll
  static void search() {
    data = Program.prepare(Program.ratings(shared.resolve("r.csv")), shared.resolve("data"));
    wholeDir = shared.resolve("whole");
    whole = run(command(wholeDir, FOUR), "--json").done();
  }

  private static List<Object> command(Path out, List<String> options) {
    List<Object> command = new ArrayList<>(List.of("search", "--data", data, "--out", out));
    command.addAll(SMALL);
    command.addAll(options);
    return command;
  }

  private static List<NamedCsvRecord> table(Path out) throws IOException {
    try (var csv = CsvReader.builder().ofNamedCsvRecord(out.resolve("results.csv"))) {
      return csv.stream().toList();
    }
  }

  /** The table without what trials took. */
  private static List<String> results(Path out) throws IOException {
    return table(out).stream()
        .map(
            line -> {
              var fields = new HashMap<>(line.getFieldsAsMap());
              fields.remove("seconds");
              return new TreeMap<>(fields).toString();
            })
        .toList();
  }

  @Test
  void theTableSaysHowFarEachTrialCame() throws IOException {
    List<NamedCsvRecord> lines = table(wholeDir);
    assertEquals(
        List.of("trial", "rung", "trainedEpochs", "seconds", "activation"),
        lines.getFirst().getHeader().subList(0, 5));
    assertEquals(
        List.of("3", "1", "1", "1"),
        lines.stream().map(line -> line.getField("trainedEpochs")).toList());
    assertEquals(
        List.of("2", "1", "1", "1"), lines.stream().map(line -> line.getField("rung")).toList());
  }

  @Test
  void theDocumentHasTheBestModelAndTheTime() {
    JsonNode json = whole.json();
    assertEquals(
        List.of("results", "modelDir", "budgetSeconds", "seconds", "leftOut", "trials"),
        MainTest.names(json));
    assertEquals(24 * 3600, json.get("budgetSeconds").asDouble());
    JsonNode best = json.at("/trials/0");
    assertEquals(
        List.of(
            "trial", "run", "bestEpoch", "validation", "error", "rung", "trainedEpochs", "seconds"),
        MainTest.names(best));
    assertEquals(
        wholeDir.resolve("trial-" + best.get("trial").asInt()).toString(),
        json.get("modelDir").asText());
    double seconds = 0;
    for (JsonNode trial : json.get("trials")) {
      seconds += trial.get("seconds").asDouble();
    }
    assertEquals(seconds, json.get("seconds").asDouble(), 1e-9);
  }

  /** It was left after an epoch, and went on from its checkpoint. */
  @Test
  void theBestIsToTheBitWhatTrainDoes() throws IOException {
    Path best = Path.of(whole.json().get("modelDir").asText());
    RunOptions options = SavedModel.describe(best).run();
    Path trained =
        Program.train(
            data,
            folder.resolve("m"),
            "--epochs=3",
            "--dropout=" + options.byName().get("dropout"),
            "--latent=" + options.byName().get("latent"));
    assertArrayEquals(
        Files.readAllBytes(trained.resolve("model.safetensors")),
        Files.readAllBytes(best.resolve("model.safetensors")));
    assertEquals(
        Checkpoint.read(trained).progress().updates(), Checkpoint.read(best).progress().updates());
  }

  /** At some of its lines: at a trial's first, after an epoch, between rungs. */
  @Test
  void aSearchThatWasKilledGivesTheSame() throws IOException {
    for (int line : List.of(1, 2, 7, 16, 18, 20)) {
      Path out = folder.resolve("killed-" + line);
      Program.killAt(line, command(out, FOUR));
      run(command(out, FOUR)).done();
      assertEquals(results(wholeDir), results(out), "killed at line " + line);
    }
  }

  @Test
  void aBudgetOfNothingIsOneEpochOfOneTrial() throws IOException {
    Path out = folder.resolve("s");
    List<String> options = new ArrayList<>(FOUR);
    options.set(options.size() - 1, "PT0.000001S");
    run(command(out, options)).done();
    assertEquals(1, table(out).size());
    assertEquals("1", table(out).getFirst().getField("trainedEpochs"));
  }

  /** Each value may be; of the four combinations one has a least rate above the first. */
  @Test
  void whatIsRefusedOnlyTogetherIsLeftOut() throws IOException {
    Path out = folder.resolve("together");
    List<String> rest = List.of("--schedule=step", "--schedule-every=1", "--budget=24h");
    String rates = "--learning-rate=0.01,0.001";
    Program.Result result =
        run(command(out, rest), rates, "--schedule-minimum=0.0001,0.005", "--epochs=1").done();
    assertEquals(3, table(out).size());
    assertTrue(result.out().contains("3 of 4 combinations, 1 left out, "), result.out());
    assertTrue(
        result.err().contains("--schedule-minimum=0.005: the smallest learning rate must not be"),
        result.err());

    run(command(folder.resolve("alone"), rest), rates, "--schedule-minimum=0.0001,0.02")
        .fails(2, "the smallest learning rate must not be above the first, 0.01: 0.02");
  }

  @Test
  void withoutListsAndRangesTheSpaceOfTheModelIsSearched() throws IOException {
    Path out = folder.resolve("ease");
    Object[] args = {"search", "--data", data, "--out", out, "--model", "ease", "--budget", "1s"};
    Program.Result result = run(args).done();
    assertTrue(result.err().contains("Searches --l2=10..10000:x1.1 --model=ease"), result.err());
    int trials = table(out).size();
    assertTrue(trials >= 1);
    assertTrue(SavedModel.isIn(out.resolve("trial-" + table(out).getFirst().getField("trial"))));
    run("report", out, "--out", folder.resolve("report.html")).done();
  }

  /** Beside a weight for each item there is none with a cap. */
  @Test
  void whatIsGivenIsNotSearchedAndWhatDoesNotGoWithItIsLeftOut() {
    Path out = folder.resolve("gamma");
    Program.Result result =
        run(command(out, List.of("--gamma=0.01", "--epochs=2", "--budget=PT0.000001S"))).done();
    assertTrue(
        result.err().contains("--epochs=2 --gamma=0.01 --hidden=8 --latent=4"), result.err());
    assertTrue(result.err().contains("--learning-rate=0.0003..0.003:x1.3"), result.err());
    assertTrue(!result.err().contains("--beta-cap"), result.err());
  }

  static List<ModelName> models() {
    return ModelName.all();
  }

  @ParameterizedTest
  @MethodSource("models")
  void everyModelHasASpaceOfItsOwnOptions(ModelName model) {
    SearchSpace space =
        SearchSpace.of(
            SearchSpace.usual(model),
            (option, value) -> RunArguments.parse(Map.of(option, value)).given().get(option));
    for (Map<String, String> point : space.eachValue()) {
      point.put("--model", model.toString());
      RunOptions run = RunArguments.parse(point).begun();
      if (run instanceof RunOptions.OfNetwork network && !network.model().predictsRatings()) {
        network.network().model(50);
      }
    }
  }
}
