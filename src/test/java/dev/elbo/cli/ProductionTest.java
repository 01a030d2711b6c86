package dev.elbo.cli;

import static dev.elbo.cli.Program.SMALL;
import static dev.elbo.cli.Program.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.elbo.data.PreparedData;
import dev.elbo.train.SavedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that are trained on all there is: nobody is left to choose them by, or to judge them. */
class ProductionTest {

  @TempDir private static Path shared;
  private static Path data;

  @TempDir private Path folder;

  @BeforeAll
  static void prepare() {
    Path ratings = Program.ratings(shared.resolve("r.csv"));
    data = shared.resolve("data");
    run("prepare", "--ratings", ratings, "--out", data, "--split=none").done();
  }

  @Test
  void everyoneIsTrainedOn() {
    PreparedData read = PreparedData.read(data);
    assertFalse(read.hasHeldOut());
    assertEquals(read.description().filtered().events(), read.train().size());
    assertEquals(read.description().filtered().users(), read.train().rows());
  }

  @Test
  void theLastEpochIsKept() {
    Path model = folder.resolve("model");
    Program.Result trained =
        run("train", "--data", data, "--out", model, SMALL, "--epochs", 3, "--json").done();
    JsonNode document = trained.json();
    assertEquals(3, document.get("bestEpoch").asInt());
    assertEquals(0, document.at("/epochs/2/validation").size());
    assertTrue(
        trained.err().contains("Kept epoch 3 of 3, as there are no validation users"),
        trained.err());
    assertEquals(3, SavedModel.read(model).description().bestEpoch());
    run("recommend", "--model-dir", model, "--items", "i1,i2").done();
    run("train", "--data", data, "--out", model, "--resume").done();
    run("evaluate", "--model-dir", model, "--data", data)
        .fails(1, "everything is trained on, and nothing is left to judge a model by");
    run("report", model, "--out", folder.resolve("r.html")).done();
  }

  @Test
  void ofRecVaeItIsTheLastRound() {
    Path model = folder.resolve("model");
    List<?> small =
        List.of("--model=recvae", "--hidden=8,8", "--latent=4", "--batch-size=20", "--epochs=7");
    run("train", "--data", data, "--out", model, small).done();
    assertEquals(4, SavedModel.read(model).description().bestEpoch());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ease", "item-knn", "popularity"})
  void baselinesAreFitted(String baseline) {
    Path model = folder.resolve("model");
    run("train", "--data", data, "--out", model, "--model", baseline).done();
    assertTrue(SavedModel.read(model).description().validation().isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "--patience=3, to stop once none better comes: leave out --patience",
    "--select=loss, to choose an epoch by their loss: leave out --select loss",
    "--schedule=plateau, 'to lower the learning rate where the metric stays: leave out --schedule'",
  })
  void whatNeedsValidationUsersIsRefused(String option, String message) {
    Path model = folder.resolve("model");
    run("train", "--data", data, "--out", model, option)
        .fails(1, "the data has no validation users " + message);
    assertFalse(Files.exists(model.resolve("model.json")));
    run("search", "--data", data, "--out", folder.resolve("search"), "--latent=2,3")
        .fails(1, "nothing is left to judge a model by");
  }
}
