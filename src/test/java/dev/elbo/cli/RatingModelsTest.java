package dev.elbo.cli;

import static dev.elbo.cli.Program.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.elbo.data.CsrMatrix;
import dev.elbo.data.PreparedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that predict ratings, from the file to the recommendation. */
class RatingModelsTest {

  private static final List<String> SMALL =
      List.of("--latent", "6", "--batch-size", "20", "--epochs", "12", "--learning-rate", "0.02");

  @TempDir private static Path shared;
  private static Path ratings;
  private static Path explicit;
  private static Path ranked;

  @TempDir private Path folder;

  @BeforeAll
  static void prepare() {
    ratings = Program.ratings(shared.resolve("r.csv"));
    explicit =
        Program.prepare(ratings, shared.resolve("explicit"), "--explicit", "--split", "weak");
    ranked = Program.prepare(ratings, shared.resolve("ranked"));
  }

  private Path train(String model, Object... options) {
    Path out = folder.resolve(model);
    run("train", "--data", explicit, "--out", out, "--model", model, SMALL, List.of(options))
        .done();
    return out;
  }

  @ParameterizedTest
  @ValueSource(strings = {"i-autorec", "u-autorec", "mfae"})
  void trainChoosesTheEpochWithTheLowestError(String model) {
    Path out = folder.resolve("model");
    JsonNode run =
        run("train", "--data", explicit, "--out", out, "--model", model, SMALL, "--json")
            .done()
            .json();
    int best = run.get("bestEpoch").asInt();
    double chosen = run.get("epochs").get(best - 1).at("/validation/rmse/mean").asDouble();
    for (JsonNode epoch : run.get("epochs")) {
      assertTrue(chosen <= epoch.at("/validation/rmse/mean").asDouble());
    }
    double first = run.get("epochs").get(0).get("nll").asDouble();
    assertTrue(run.get("epochs").get(11).get("nll").asDouble() < first);

    JsonNode test = run("evaluate", "--model-dir", out, "--data", explicit, "--json").done().json();
    assertTrue(test.at("/metrics/rmse/mean").asDouble() < 1.6);
    assertTrue(test.at("/metrics/mae/mean").asDouble() <= test.at("/metrics/rmse/mean").asDouble());
    JsonNode validation =
        run(
                "evaluate",
                "--model-dir",
                out,
                "--data",
                explicit,
                "--on",
                "validation",
                "--metrics",
                "rmse",
                "--json")
            .done()
            .json();
    assertEquals(chosen, validation.at("/metrics/rmse/mean").asDouble(), 1e-6);
  }

  /** A sigmoid at the end cannot leave the scale, so there is nothing to clip. */
  @Test
  void theOutputMayHaveASigmoid() {
    Path out = train("u-autorec", "--output-activation", "sigmoid", "--activation", "identity");
    run("evaluate", "--model-dir", out, "--data", explicit).done();
  }

  /** The steps are so large that the best of the three epochs is not the first. */
  @ParameterizedTest
  @CsvSource({"i-autorec, reconstruction-rmse, 10", "u-autorec, rmse, 20", "mfae, rmse, 20"})
  void aStoppedRunContinues(String model, String select, String batchSize) {
    List<String> options = new ArrayList<>(SMALL);
    options.addAll(List.of("--model", model, "--select", select, "--batch-size", batchSize));
    options.addAll(List.of("--learning-rate", "0.1"));
    Program.assertContinuesBitForBit(explicit, folder, options);
  }

  @Test
  void explicitDataHasNoLeastRating() throws IOException {
    String json = Files.readString(explicit.resolve("data.json"));
    assertTrue(json.contains("\"minRating\" : null"), json);
  }

  @Test
  void iAutoRecIsSavedWithItsUsers() {
    Path out = train("i-autorec");
    assertTrue(Files.exists(out.resolve("users.txt")));
    assertFalse(Files.exists(out.resolve("items.txt")));
  }

  @Test
  void uAutoRecRecommendsByRatings() {
    Path out = train("u-autorec");
    JsonNode results =
        run("recommend", "--model-dir", out, "--histories", ratings, "-k", 3, "--json")
            .done()
            .json()
            .get("results");
    assertEquals(80, results.size());
    run("similar", "--model-dir", out, "--item", "i3", "-k", 3).done();
    run("recommend", "--model-dir", out, "--items", "i1,i2").fails(2, "the model reads ratings");
  }

  /** The scale is 3 to 4.5. A rating on it that the data does not have may be read. */
  @Test
  void recommendReadsRatingsOnTheModelsScale() {
    Path model = train("u-autorec");
    String within = "userId,movieId,rating\na,i1,3.25\nb,new,4\n";
    Path histories = Program.write(folder.resolve("h.csv"), within);
    Program.Result result = run("recommend", "--model-dir", model, "--histories", histories).done();
    assertTrue(result.out().contains("User b: no rated item that the model knows"), result.out());
    assertTrue(result.err().contains("1 user(s) without a rated item"), result.err());
    for (String outside : List.of("99", "2.5")) {
      Program.write(histories, within + "c,i2," + outside + "\n");
      run("recommend", "--model-dir", model, "--histories", histories)
          .fails(
              1,
              histories
                  + ": expected ratings from 3 to 4.5, as the model's data has, found %s of item i2"
                      .formatted(outside));
    }
  }

  /** As evaluation does: what training never saw is the middle of the scale, 3.75 of 3 to 4.5. */
  @ParameterizedTest
  @ValueSource(strings = {"u-autorec", "mfae"})
  void anItemThatNobodyRatedInTrainingIsPredictedAsTheMiddle(String model) throws IOException {
    Path withRare =
        Program.write(
            folder.resolve("rare.csv"),
            Files.readString(ratings)
                + "u1,rare1,4.5,1\nu2,rare2,4.5,1\nu3,rare3,4.5,1\nu4,rare4,4.5,1\n");
    Path data =
        Program.prepare(
            withRare, folder.resolve("d"), "--explicit", "--split", "weak", "--holdout", "0.4");
    PreparedData prepared = PreparedData.read(data);
    Set<String> unrated =
        prepared.train().emptyColumns().stream()
            .map(prepared.itemIds()::get)
            .collect(Collectors.toSet());
    assertFalse(unrated.isEmpty());
    Path out = folder.resolve("model");
    run("train", "--data", data, "--out", out, "--model", model, SMALL).done();
    JsonNode results =
        run("recommend", "--model-dir", out, "--histories", ratings, "-k", 99, "--json")
            .done()
            .json()
            .get("results");
    for (JsonNode item : results.get(0).get("items")) {
      if (unrated.remove(item.get("item").asText())) {
        assertEquals(3.75, item.get("score").asDouble());
      }
    }
    assertEquals(Set.of(), unrated, "all are ranked");
  }

  @Test
  void iAutoRecKnowsItsUsersOnly() {
    Path out = train("i-autorec");
    run("recommend", "--model-dir", out, "--items", "i1,i2").fails(1, "ask a model that reads");
    run("similar", "--model-dir", out, "--item", "i3").fails(1, "ask a model that reads");
  }

  /** Two evaluations, named apart: of what the model was given, and of what it was not. */
  @Test
  void mfaeIsJudgedOnUsersWhoAreNotTrainedOn() {
    Path strong =
        Program.prepare(ratings, folder.resolve("strong"), "--explicit", "--holdout", "0.5");
    Path out = folder.resolve("mfae");
    run(
            "train",
            "--data",
            strong,
            "--out",
            out,
            "--model",
            "mfae",
            SMALL,
            "--select",
            "reconstruction-mse")
        .done();
    JsonNode test =
        run(
                "evaluate",
                "--model-dir",
                out,
                "--data",
                strong,
                "--metrics",
                "mse,reconstruction-mse",
                "--json")
            .done()
            .json();
    assertEquals(8, test.get("users").asInt());
    CsrMatrix given = PreparedData.read(strong).test().foldIn();
    assertEquals(
        given.size(), test.get("reconstructedRatings").asInt() - test.get("ratings").asInt());
    assertTrue(test.at("/metrics/mse/mean").asDouble() < 2);
    assertTrue(test.at("/metrics/reconstruction-mse/mean").asDouble() < 2);
    run("similar", "--model-dir", out, "--item", "i3", "-k", 3).done();
    run("recommend", "--model-dir", out, "--histories", ratings, "-k", 3).done();
    run("train", "--data", strong, "--out", out, "--model", "mfae", "--activation", "tanh")
        .fails(2, "--activation does not apply to mfae");
  }

  @Test
  void dataOfTheOtherKindIsRefused() {
    Path out = folder.resolve("model");
    run("train", "--data", ranked, "--out", out, "--model", "u-autorec")
        .fails(1, "prepare it with --explicit");
    for (String model : List.of("mult-vae", "implicit-autorec", "ease", "popularity")) {
      run("train", "--data", explicit, "--out", out, "--model", model)
          .fails(1, "prepare it without --explicit");
    }
    assertFalse(Files.exists(out));
    Path user = train("u-autorec");
    run("compare", user, user, "--data", explicit).fails(1, "compare judges rankings");
    run("compare", user, user, "--data", ranked).fails(1, "compare judges rankings");
    run("evaluate", "--model-dir", user, "--data", explicit, "--dialect", "recbole")
        .fails(2, "--dialect does not apply to u-autorec");
    Path page = folder.resolve("r.html");
    run("report", user, "--out", page, "--data", explicit)
        .fails(1, "report --data judges rankings: `elbo evaluate` each model");
    assertFalse(Files.exists(page));
    run("report", user, "--out", page).done();
    run("evaluate", "--model-dir", user, "--data", ranked).fails(1, "prepare it with --explicit");
    run("search", "--data", explicit, "--out", out, "--model", "ease", "--l2", "1,2")
        .fails(1, "prepare it without --explicit");
    assertFalse(Files.exists(out));
  }

  /** It has a weight for each user, and none for those it was not trained on. */
  @ParameterizedTest
  @ValueSource(strings = {"strong", "temporal"})
  void iAutoRecNeedsTheSameUsersInEachPart(String split) {
    Path data = Program.prepare(ratings, folder.resolve(split), "--explicit", "--split", split);
    Path out = folder.resolve("model");
    run("train", "--data", data, "--out", out, "--model", "i-autorec")
        .fails(1, "i-autorec reads items by the users it was trained on")
        .fails(1, "prepare it with --split weak");
    run("search", "--data", data, "--out", out, "--model", "i-autorec", "--latent", "2,3")
        .fails(1, "prepare it with --split weak");
    assertFalse(Files.exists(out));
    run("evaluate", "--model-dir", train("i-autorec"), "--data", data)
        .fails(1, "prepare it with --split weak");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--skip-last", "--zero-seen", "--plain-recall", "--sample-scores"})
  void switchesOfRankingsAreRefused(String option) {
    Path out = folder.resolve("model");
    for (String model : List.of("i-autorec", "u-autorec", "mfae")) {
      run("train", "--data", explicit, "--out", out, "--model", model, option)
          .fails(2, "%s does not apply to %s: leave it out".formatted(option, model));
    }
    assertFalse(Files.exists(out));
    run("evaluate", "--model-dir", train("u-autorec"), "--data", explicit, option)
        .fails(2, option + " does not apply to u-autorec: leave it out");
  }

  @Test
  void metricsAndOptionsOfTheOtherKindAreRefused() {
    Path out = folder.resolve("model");
    run("train", "--data", explicit, "--out", out, "--model", "u-autorec", "--select", "ndcg@10")
        .fails(2, "choose from rmse");
    run("train", "--data", ranked, "--out", out, "--select", "rmse").fails(2, "the model ranks");
    run("train", "--data", explicit, "--out", out, "--model", "u-autorec", "--beta-cap", "1")
        .fails(2, "--beta-cap does not apply to u-autorec");
    run("train", "--data", ranked, "--out", out, "--output-activation", "sigmoid")
        .fails(2, "--output-activation does not apply to mult-vae");
    run("prepare", "--ratings", ratings, "--out", out, "--validation", "0.1")
        .fails(2, "only --split weak");
  }

  /** The fold-in items of a weak split are those that were trained on. */
  @Test
  void theLossSelectsOnlyOnUsersWhoAreNotTrainedOn() {
    Path out = folder.resolve("model");
    run("train", "--data", explicit, "--out", out, "--model", "u-autorec", "--select", "loss")
        .fails(1, "with --split weak these are trained on: select by rmse");
    Path weak = Program.prepare(ratings, folder.resolve("weak"), "--split", "weak");
    run("train", "--data", weak, "--out", out, "--select", "loss").fails(1, "select by ndcg@100");
    run("search", "--data", weak, "--out", out, "--select", "loss", "--latent", "2,3")
        .fails(1, "select by ndcg@100");
    assertFalse(Files.exists(out));
  }

  @Test
  void explicitNeedsRatings() {
    Path untold = Program.write(folder.resolve("u.csv"), "userId,movieId\n1,2\n");
    run("prepare", "--ratings", untold, "--out", folder.resolve("d"), "--explicit")
        .fails(1, "expected ratings with values");
  }

  /** Mult-VAE without tanh, and AutoRec as a ranking model. */
  @Test
  void activationsOfRankingModels() {
    run(
            "train",
            "--data",
            ranked,
            "--out",
            folder.resolve("identity"),
            Program.SMALL,
            "--epochs",
            2,
            "--activation",
            "identity")
        .done();
    Path out = folder.resolve("implicit");
    run("train", "--data", ranked, "--out", out, "--model", "implicit-autorec", SMALL).done();
    run("evaluate", "--model-dir", out, "--data", ranked).done();
    run("recommend", "--model-dir", out, "--items", "i1,i2", "-k", 3).done();
  }
}
