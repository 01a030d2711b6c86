package dev.elbo.cli;

import static dev.elbo.cli.Program.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.elbo.engine.Scoring;
import dev.elbo.model.ModelOptions;
import dev.elbo.model.SequenceOptions;
import dev.elbo.train.SavedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --model svae} from prepared data to recommendations. */
class SvaeTest {

  private static final List<String> SMALL =
      List.of(
          "--model=svae",
          "--hidden=6,5,4",
          "--latent=3",
          "--batch-size=20",
          "--threads=1",
          "--epochs=3",
          "--learning-rate=0.01",
          "--seed=5");

  @TempDir private static Path shared;
  private static Path ratings;
  private static Path data;
  private static Path plain;

  @TempDir private Path folder;

  @BeforeAll
  static void prepare() {
    ratings = Program.ratings(shared.resolve("r.csv"));
    data = Program.prepare(ratings, shared.resolve("data"), "--split=temporal");
    plain = shared.resolve("plain");
    train(plain).done();
  }

  private static Program.Result train(Path model, Object... options) {
    return run("train", "--data", data, "--out", model, SMALL, List.of(options));
  }

  private static List<String> recommended(Path model, Object... options) {
    JsonNode json =
        run("recommend", "--model-dir", model, "--json", List.of(options)).done().json();
    return StreamSupport.stream(json.at("/results/0/items").spliterator(), false)
        .map(item -> item.get("item").asText() + " " + item.get("score").asDouble())
        .toList();
  }

  @Test
  void evaluateGivesWhatTrainingSaw() {
    JsonNode validation =
        run("evaluate", "--model-dir", plain, "--data", data, "--on=validation", "--json")
            .done()
            .json();
    assertEquals(
        SavedModel.read(plain).description().validation().get("ndcg@100").mean(),
        validation.at("/metrics/ndcg@100/mean").asDouble());
    run("evaluate", "--model-dir", plain, "--data", data).done();
  }

  @Test
  void recommendReadsTheItemsInTheOrderGiven() {
    List<String> one = recommended(plain, "--items=i1,i2,i3", "-k", 5);
    assertEquals(5, one.size());
    assertNotEquals(one, recommended(plain, "--items=i3,i2,i1", "-k", 5));
    assertEquals(
        one, recommended(plain, "--items=i1,i2,i3,i1", "-k", 5), "the second time is none");
  }

  /** The file is not in the order of time. */
  @Test
  void recommendReadsHistoriesInTheOrderOfTime() {
    Path histories =
        Program.write(
            folder.resolve("h.csv"),
            "userId,movieId,rating,timestamp\na,i3,5,30\na,i1,5,10\na,i2,5,20\n");
    assertEquals(
        recommended(plain, "--items=i1,i2,i3", "-k", 5),
        recommended(plain, "--histories", histories, "-k", 5));
  }

  @Test
  void similarShowsItems() {
    JsonNode json = run("similar", "--model-dir", plain, "--item=i3", "-k", 4, "--json").json();
    assertEquals(4, json.at("/results/0/items").size());
  }

  @Test
  void bothEnginesAndAnyThreadsTrainAndScore() throws IOException {
    Path threads = folder.resolve("threads");
    train(threads, "--threads=3").done();
    assertArrayEquals(bytes(plain), bytes(threads));
    train(folder.resolve("reference"), "--engine=reference", "--epochs=1").done();
    run("evaluate", "--engine=reference", "--model-dir", plain, "--data", data).done();
  }

  @Test
  void resumeContinuesBitForBit() {
    List<String> options = new ArrayList<>(SMALL);
    options.addAll(List.of("--window=4", "--anneal-updates=20"));
    Program.assertContinuesBitForBit(data, folder, options);
    run("train", "--data", data, "--out", folder.resolve("whole"), "--resume", "--window=5")
        .fails(2, "has --window=4, not 5");
  }

  private static byte[] bytes(Path model) throws IOException {
    return Files.readAllBytes(
        model.resolve("checkpoint.safetensors").resolveSibling("model.safetensors"));
  }

  /** Each of them is no empty promise. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "--next=1",
        "--window=3",
        "--log-deviation",
        "--mean-kl-of-steps",
        "--anneal-counter=each-epoch",
        "--sample-scores"
      })
  void aSwitchChangesTheModelOrItsScores(String option) {
    Path model = folder.resolve("model");
    train(model, option).done();
    assertFalse(
        recommended(plain, "--items=i1,i2,i3").equals(recommended(model, "--items=i1,i2,i3")));
  }

  /** It says how a model is judged: the model is the same, and a user's history is whole. */
  @Test
  void skipLastIsForEvaluationAndNotForRecommendations() throws IOException {
    Path whole = folder.resolve("whole");
    train(whole, "--epochs=1").done();
    Path skipping = folder.resolve("skipping");
    train(skipping, "--epochs=1", "--skip-last").done();
    assertNotEquals(
        SavedModel.read(whole).description().validation(),
        SavedModel.read(skipping).description().validation());
    List<String> all = recommended(skipping, "--items=i1,i2,i3", "-k", 40);
    assertEquals(recommended(whole, "--items=i1,i2,i3", "-k", 40), all);
    assertTrue(all.stream().noneMatch(item -> item.startsWith("i3 ")), "seen, though it is last");
    assertEquals(shownByReport(whole), shownByReport(skipping));
  }

  /** What the report's one user is recommended. */
  private String shownByReport(Path model) throws IOException {
    Path page = folder.resolve("report.html");
    run("report", model, "--data", data, "--out", page, "-k", 30).done();
    String html = Files.readString(page);
    String list = html.substring(html.indexOf("svae recommends</h4>"));
    return list.substring(0, list.indexOf("</ol>"));
  }

  @Test
  void theCodesDialectIsRememberedByTheModel() {
    Path model = folder.resolve("model");
    train(model, "--dialect=svae-code", "--window=7").done();
    SavedModel.Description description = SavedModel.read(model).description();
    assertEquals(
        new SequenceOptions(4, 7, true, true), ((ModelOptions) description.model()).sequence());
    assertEquals(new Scoring(true, false, true), description.run().scoring());
    Map<String, String> options = description.run().byName();
    assertEquals("each-epoch", options.get("anneal-counter"));
    assertEquals("0.0", options.get("dropout"), "svae has none");
    run("evaluate", "--model-dir", model, "--data", data, "--dialect=svae-paper").done();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --model=svae --hidden=6            | svae needs the widths of the item vectors
          --model=svae --dropout=0.5         | --dropout does not apply to svae
          --model=svae --l2-normalize=none   | --l2-normalize does not apply to svae
          --model=svae --dialect=recotour    | --dialect recotour does not apply to svae, which has no --tanh
          --model=svae --window=-1           | windows of at least one step
          --model=svae --next=0              | --next
          --model=mult-vae --next=2          | --next does not apply to mult-vae
          --model=mult-vae --dialect=svae-code | does not apply to mult-vae
          """)
  void whatDoesNotApplyIsWrongUsage(String options, String message) {
    Path model = folder.resolve("model");
    run("train", "--data", data, "--out", model, List.of(options.split(" "))).fails(2, message);
    assertTrue(Files.notExists(model));
  }

  @Test
  void dataWithoutAnOrderIsRefused() {
    Path strong = Program.prepare(ratings, folder.resolve("strong"));
    Path model = folder.resolve("model");
    run("train", "--data", strong, "--out", model, SMALL).fails(1, "--split temporal");
    assertTrue(Files.notExists(model));
    run("train", "--data", strong, "--out", model, Program.SMALL, "--skip-last")
        .fails(1, "--skip-last is about the order of time")
        .fails(1, "--split temporal");
    assertTrue(Files.notExists(model));
    run("evaluate", "--model-dir", plain, "--data", strong).fails(1, "");
  }
}
