package dev.elbo.cli;

import static dev.elbo.cli.Program.SMALL;
import static dev.elbo.cli.Program.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.elbo.cli.options.Arguments;
import dev.elbo.cli.run.Dialect;
import dev.elbo.engine.Scoring;
import dev.elbo.model.Layout;
import dev.elbo.model.Layout.L2Normalization;
import dev.elbo.model.Layout.Tanhs;
import dev.elbo.model.ModelOptions;
import dev.elbo.train.Checkpoint;
import dev.elbo.train.SavedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Switches and the dialects that set several of them, from the command line to the model. */
class DialectTest {

  @TempDir private static Path shared;
  private static Path data;

  /** What {@link #plain} was trained with; 64 training users do not fill the last batch. */
  private static final List<String> OPTIONS =
      List.of("--epochs=2", "--anneal-updates=10", "--batch-size=30", "--seed=5");

  /** A model of the authors' recipe. */
  private static Path plain;

  @TempDir private Path folder;
  private Path model;

  @BeforeAll
  static void prepare() {
    data =
        Program.prepare(
            Program.ratings(shared.resolve("r.csv")), shared.resolve("data"), "--holdout=0.4");
    plain = Program.train(data, shared.resolve("plain"), OPTIONS.toArray());
  }

  @BeforeEach
  void setUp() {
    model = folder.resolve("model");
  }

  private static Map<String, String> options(Path model) {
    return SavedModel.read(model).description().run().byName();
  }

  private JsonNode metrics(Object... options) {
    return metrics(model, "recall@30", List.of(options));
  }

  private static JsonNode metrics(Path model, String names, List<?> options) {
    return run(
            "evaluate", "--model-dir", model, "--data", data, "--metrics", names, "--json", options)
        .done()
        .json()
        .get("metrics");
  }

  static Stream<Dialect> all() {
    return Dialect.all().stream();
  }

  private static Dialect named(String name) {
    return all().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"recbole", "recommenders", "elliot", "cornac", "recotour", "daisyrec"})
  void aDialectSetsWhatItSaysAndNothingElse(String name) {
    Dialect dialect = named(name);
    trainWith("--dialect=" + name);
    Map<String, String> expected = new HashMap<>(options(plain));
    for (Dialect.Switch one : dialect.switches()) {
      String authors = expected.put(one.option().substring(2), one.value());
      assertNotEquals(authors, one.value(), "what the authors do is no switch");
    }
    expected.put("anneal-updates", "10.0"); // given, whatever the dialect says
    expected.replace("dropout", "0", "0.0");
    expected.replace("adam-epsilon", "1e-7", "1.0E-7");
    if (expected.get("plain-recall").equals("true")) {
      expected.computeIfPresent(
          "metrics", (_, metrics) -> metrics.replace("recall@", "recall-plain@"));
    }
    assertEquals(expected, options(model));
  }

  @ParameterizedTest
  @MethodSource("all")
  void aDialectIsMadeOfOptionsOfTrain(Dialect dialect) {
    var train = new CommandLine(new TrainCommand());
    train.parseArgs(
        Stream.concat(
                Stream.of("--data=x", "--out=x"),
                dialect.switches().stream().map(Dialect.Switch::toString))
            .toArray(String[]::new));
    assertEquals(dialect.switches().size() + 2, Arguments.given(train.getParseResult()).size());
  }

  @Test
  void everyDialectNamesItsSources() {
    List<Dialect> dialects = Dialect.all();
    assertTrue(dialects.size() > 6);
    assertEquals(
        dialects.size(), dialects.stream().map(Dialect::name).collect(Collectors.toSet()).size());
    for (Dialect dialect : dialects) {
      assertTrue(dialect.project().matches("[\\w-]+/[\\w-]+"), dialect.project());
      Stream.concat(
              dialect.switches().stream().map(Dialect.Switch::source),
              dialect.beyond().stream().map(Dialect.Difference::source))
          .forEach(
              source ->
                  assertTrue(
                      source.matches("[\\w/-]+\\.(py|ipynb|yaml|md):[1-9]\\d*@[0-9a-f]{7}"),
                      source));
    }
    Program.Result result = run("dialects", "--json").done();
    assertEquals(dialects.size(), result.json().get("dialects").size());
    assertTrue(result.err().contains("recbole  (github.com/RUCAIBox/RecBole)"), result.err());
    assertTrue(result.err().contains("  --noise-scale=0.01 "), result.err());
    assertTrue(result.err().contains("  not reproduced: beta is 1 unless set"), result.err());
    assertTrue(result.err().contains("    cornac/models/vaecf/recom_vaecf.py:91@"), result.err());
  }

  @Test
  void theAuthorsRecipeIsTheDefault() {
    trainWith("--dialect=liang2018");
    assertArrayEquals(lastParameters(plain), lastParameters(model));
  }

  /** Wherever it stands: before or behind the dialect, or in an argument file. */
  @Test
  void aSwitchThatIsGivenOverridesTheDialect() {
    Path file = Program.write(folder.resolve("x.args"), "--adam=tensorflow\n");
    Program.train(
        data,
        model,
        "--epochs",
        1,
        "--noise-scale=0.5",
        "@" + file,
        "--dialect=recbole",
        "--init-biases=normal",
        "--plain-recall=false");
    Map<String, String> options = options(model);
    assertEquals("0.5", options.get("noise-scale"));
    assertEquals("tensorflow", options.get("adam"));
    assertEquals("normal", options.get("init-biases"));
    assertEquals("false", options.get("plain-recall"));
    assertEquals("xavier-normal", options.get("init-weights"), "the dialect's");
    assertEquals("from-one", options.get("anneal-counter"), "the dialect's");
  }

  /** Each of them is no empty promise. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "--noise-scale=0.01",
        "--mean-kl",
        "--l2-normalize=after-dropout",
        "--l2-normalize=none",
        "--tanh=every-module",
        "--decoder-dropout=0.5",
        "--anneal-counter=from-one",
        "--anneal-counter=each-epoch",
        "--init-weights=xavier-normal",
        "--init-weights=pytorch",
        "--init-biases=normal",
        "--init-biases=zero",
        "--init-biases=pytorch",
        "--adam=pytorch",
        "--adam-epsilon=1e-7",
        "--shuffle=once",
        "--shuffle=never",
        "--drop-last-batch"
      })
  void aSwitchChangesWhatIsTrained(String option) {
    trainWith(option);
    assertFalse(Arrays.equals(lastParameters(plain), lastParameters(model)));
  }

  private void trainWith(String option) {
    Program.train(data, model, Stream.concat(OPTIONS.stream(), Stream.of(option)).toArray());
  }

  /** All values after the last epoch. */
  private static double[] lastParameters(Path model) {
    var parameters = Checkpoint.read(model).state().parameters();
    return parameters.tensors().keySet().stream()
        .flatMapToDouble(name -> Arrays.stream(parameters.float64(name)))
        .toArray();
  }

  @Test
  void theModelSaysHowItIsLaidOutAndScores() {
    Program.train(
        data,
        model,
        "--epochs",
        1,
        "--l2-normalize=none",
        "--tanh=every-module",
        "--decoder-dropout=0.25",
        "--sample-scores");
    SavedModel saved = SavedModel.read(model);
    assertEquals(
        new Layout(L2Normalization.NONE, Tanhs.EVERY_MODULE, 0.25),
        assertInstanceOf(ModelOptions.class, saved.description().model()).layout());
    assertEquals(
        new Scoring(/* sample= */ true, /* zeroSeen= */ false),
        saved.description().run().scoring());
  }

  /** The divergence that is reported is the sum, and beta what it is multiplied by. */
  @Test
  void theMeanOverUnitsDividesBeta() {
    JsonNode json =
        run("train", "--data", data, "--out", model, SMALL, "--epochs", 3, "--mean-kl", "--json")
            .done()
            .json();
    assertEquals(0.2 / 4, json.at("/epochs/2/beta").asDouble(), 1e-12);
  }

  @Test
  void theMeanOverUnitsIsBetaDividedByThem() {
    Path mean = Program.train(data, model, "--epochs", 2, "--anneal-updates", 0, "--mean-kl");
    Path divided =
        Program.train(
            data, folder.resolve("plain"), "--epochs", 2, "--anneal-updates=0", "--beta-cap=0.05");
    assertArrayEquals(lastParameters(divided), lastParameters(mean));
  }

  @Test
  void resumeFollowsTheRunsSwitches() throws IOException {
    Object[] options = {"--epochs", "2", "--dialect", "recommenders", "--shuffle", "never"};
    Program.train(data, model, options);
    byte[] before = Files.readAllBytes(model.resolve("model.safetensors"));
    run("train", "--data", data, "--out", model, "--resume").done();
    run("train", "--data", data, "--out", model, SMALL, List.of(options), "--resume").done();
    assertArrayEquals(before, Files.readAllBytes(model.resolve("model.safetensors")));
    run("train", "--data", data, "--out", model, "--resume", "--dialect", "recbole")
        .fails(2, "has --init-weights=xavier-uniform, not xavier-normal");
    run("train", "--data", data, "--out", model, "--resume", "--decoder-dropout=0.1")
        .fails(2, "has --decoder-dropout=0.5, not 0.1");
  }

  @Test
  void evaluateScoresAsTheModelWasTrainedUnlessToldOtherwise() {
    Program.train(data, model, "--epochs", 3, "--zero-seen", "--plain-recall");
    double own = metrics().at("/recall-plain@30/mean").asDouble();
    assertValidatedAsInTraining();

    double leftOut = metrics("--zero-seen=false").at("/recall-plain@30/mean").asDouble();
    assertTrue(own < leftOut, own + " and " + leftOut);
    assertEquals(Set.of("recall@30"), Set.copyOf(MainTest.names(metrics("--plain-recall=false"))));
    assertEquals(
        own,
        metrics("--dialect=recommenders", "--sample-scores=false")
            .at("/recall-plain@30/mean")
            .asDouble());
    // A dialect is a whole: what it does not name is as the authors do it.
    assertEquals(leftOut, metrics("--dialect=recbole").at("/recall-plain@30/mean").asDouble());
    assertTrue(metrics("--dialect=liang2018").has("recall@30"));
    assertNotEquals(own, metrics("--sample-scores").at("/recall-plain@30/mean").asDouble());
  }

  @Test
  void evaluateDrawsTheSamplesOfTheTraining() {
    Program.train(data, model, "--epochs", 1, "--sample-scores");
    assertValidatedAsInTraining();
  }

  private void assertValidatedAsInTraining() {
    JsonNode validation = metrics(model, "ndcg@100", List.of("--on=validation"));
    assertEquals(
        SavedModel.read(model).description().validation().get("ndcg@100").mean(),
        validation.at("/ndcg@100/mean").asDouble());
  }

  /** Item i3 has the score 0, and is in the list; without the switch it is not. */
  @Test
  void recommendScoresAsTheModelWasTrained() {
    Program.train(data, model, "--epochs", 1, "--zero-seen");
    JsonNode ranked =
        run("recommend", "--model-dir", model, "--items", "i3", "-k", 40, "--json").done().json();
    List<JsonNode> items = List.copyOf(ranked.at("/results/0/items").findParents("item"));
    assertEquals(
        List.of(0.0),
        items.stream()
            .filter(item -> item.get("item").asText().equals("i3"))
            .map(item -> item.get("score").asDouble())
            .toList());
  }

  /**
   * With two items in the list, the authors divide by 2 at most, and these by all that are held
   * out.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "recbole",
        "recommenders",
        "elliot",
        "cornac",
        "recpack",
        "daisyrec",
        "recsys2019"
      })
  void whatAProjectCallsRecallMayDivideByAllHeldOutItems(String name) {
    List<String> scoring =
        named(name).switches().stream()
            .filter(one -> List.of("--sample-scores", "--zero-seen").contains(one.option()))
            .map(Dialect.Switch::toString)
            .toList();
    JsonNode expected = metrics(plain, "recall-plain@2,recall@2", scoring);
    JsonNode printed = metrics(plain, "recall@2", List.of("--dialect=" + name));
    assertEquals(Set.of("recall-plain@2"), Set.copyOf(MainTest.names(printed)));
    assertEquals(expected.get("recall-plain@2"), printed.get("recall-plain@2"));
    assertTrue(
        printed.at("/recall-plain@2/mean").asDouble() < expected.at("/recall@2/mean").asDouble());
  }

  @Test
  void selectingByRecallFollowsItsDenominator() {
    Program.train(data, model, "--epochs", 1, "--plain-recall", "--select", "recall@3");
    assertTrue(SavedModel.read(model).description().validation().containsKey("recall-plain@3"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --dialect=keras        | there is no dialect 'keras'; choose one of liang2018, vae-cf-
          --l2-normalize=both    | --l2-normalize
          --tanh=no              | --tanh
          --noise-scale=-1       | noise scale
          --noise-scale=NaN      | noise scale
          --adam-epsilon=0       | --adam-epsilon: expected a number of at least 1.0E-30, found 0.0
          --adam-epsilon=NaN     | --adam-epsilon: expected a number of at least 1.0E-30, found NaN
          --decoder-dropout=1    | dropout must be in
          --decoder-dropout=-0.1 | dropout must be in
          """)
  void whatIsNotKnownIsWrongUsage(String option, String message) {
    run("train", "--data", data, "--out", model, option).fails(2, message);
    assertTrue(Files.notExists(model));
    if (option.startsWith("--dialect")) {
      run("evaluate", "--model-dir", model, "--data", data, option).fails(2, message);
    }
  }

  @Test
  void aBatchThatIsNeverFullIsAnError() {
    run("train", "--data", data, "--out", model, "--drop-last-batch", "--batch-size", 500)
        .fails(1, "do not fill one batch of 500");
    assertTrue(Files.notExists(model));
  }
}
