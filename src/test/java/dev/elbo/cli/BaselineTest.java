package dev.elbo.cli;

import static dev.elbo.cli.Program.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.elbo.ElboException;
import dev.elbo.engine.Scoring;
import dev.elbo.io.Safetensors;
import dev.elbo.model.Baseline;
import dev.elbo.model.BaselineOptions;
import dev.elbo.recommend.ModelScorer;
import dev.elbo.testing.ModelFiles;
import dev.elbo.train.SavedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The baselines through the same commands as the networks. */
class BaselineTest {

  @TempDir private static Path folder;
  private static Path data;

  @BeforeAll
  static void fit() {
    data = Program.prepare(Program.ratings(folder.resolve("r.csv")), folder.resolve("data"));
    for (Baseline baseline : Baseline.values()) {
      train(folder.resolve(baseline.toString()), "--model", baseline).done();
    }
  }

  private static Program.Result train(Path out, Object... options) {
    return run("train", "--data", data, "--out", out, List.of(options));
  }

  private static Path model(Baseline baseline) {
    return folder.resolve(baseline.toString());
  }

  @ParameterizedTest
  @EnumSource
  void evaluatesToWhatTrainingMeasured(Baseline baseline) {
    Path out = folder.resolve("again-" + baseline);
    JsonNode trained = train(out, "--model", baseline, "--threads", 1, "--json").done().json();
    assertEquals(List.of("seconds", "validation", "modelDir"), MainTest.names(trained));
    JsonNode evaluated =
        run("evaluate", "--model-dir", out, "--data", data, "--on", "validation", "--json")
            .done()
            .json();
    assertEquals(trained.get("validation"), evaluated.get("metrics"));
    assertTrue(evaluated.at("/metrics/ndcg@100/mean").asDouble() > 0.1);
    assertEquals(
        BaselineOptions.of(baseline), SavedModel.read(model(baseline)).description().model());
  }

  @ParameterizedTest
  @EnumSource
  void recommendsWhatTheUserDoesNotHave(Baseline baseline) {
    JsonNode items =
        run("recommend", "--model-dir", model(baseline), "--items", "i1,i2", "-k", 99, "--json")
            .done()
            .json()
            .at("/results/0/items");
    assertEquals(SavedModel.read(model(baseline)).itemIds().size() - 2, items.size());
    items.forEach(item -> assertFalse(List.of("i1", "i2").contains(item.get("item").asText())));
  }

  @Test
  void similarAsksTheModelsThatKnow() {
    for (Baseline baseline : EnumSet.complementOf(EnumSet.of(Baseline.POPULARITY))) {
      JsonNode items =
          run("similar", "--model-dir", model(baseline), "--item", "i1", "-k", 3, "--json")
              .done()
              .json()
              .at("/results/0/items");
      assertEquals(3, items.size());
      assertTrue(items.at("/0/score").asDouble() >= items.at("/2/score").asDouble());
    }
    run("similar", "--model-dir", model(Baseline.POPULARITY), "--item", "i1")
        .fails(1, "not which items are alike; ask another model");
  }

  /** Options of the run that are kept are those that the model has. */
  @Test
  void theDescriptionSaysHowItWasFitted() {
    Path out = folder.resolve("described");
    train(out, "--model=item-knn", "--neighbours=7", "--metrics=ndcg@5", "--plain-recall").done();
    Map<String, String> options =
        Map.of(
            "model", "item-knn",
            "neighbours", "7",
            "shrink", "0.0",
            "metrics", "ndcg@5",
            "plain-recall", "true");
    assertEquals(options, SavedModel.read(out).description().run().byName());
  }

  /** One option serves networks and baselines. */
  @Test
  void dropoutIsOfTheBaselinesThatHaveIt() {
    Path out = folder.resolve("dropped-out");
    train(out, "--model=rdlae", "--l2=20", "--dropout=0.2", "--xi=0.1").done();
    assertEquals(
        new BaselineOptions.Rdlae(20, 0.2, 0.1), SavedModel.read(out).description().model());
  }

  /** Options that networks have, too, and the seed decides. */
  @Test
  void ialsIsDrawnAndComputedInEpochs() {
    List<String> options =
        List.of("--latent=3", "--unobserved-weight=0.2", "--l2=0.01", "--frequency-power=0.5");
    SavedModel first = ials("first", options, "--epochs=2", "--seed=5");
    assertEquals(new BaselineOptions.Ials(3, 0.2, 0.01, 0.5, 2, 5), first.description().model());
    assertEquals(5, first.description().run().seed());
    assertArrayEquals(
        itemVectors(first), itemVectors(ials("same", options, "--epochs=2", "--seed=5")));
    assertFalse(
        Arrays.equals(
            itemVectors(first), itemVectors(ials("other", options, "--epochs=2", "--seed=6"))));
    assertFalse(
        Arrays.equals(
            itemVectors(first), itemVectors(ials("longer", options, "--epochs=3", "--seed=5"))));
  }

  private static SavedModel ials(String name, List<String> options, String epochs, String seed) {
    Path out = folder.resolve("ials-" + name);
    run("train", "--data", data, "--out", out, "--model=ials", options, epochs, seed).done();
    return SavedModel.read(out);
  }

  private static float[] itemVectors(SavedModel ials) {
    return ials.parameters().float32("items", ials.itemIds().size(), 3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --model=ease       | --epochs=3             | --epochs does not apply to ease: leave it out
          --model=ease       | --neighbours=3         | --neighbours does not apply to ease
          --model=ease       | --engine=fast          | --engine does not apply to ease
          --model=ease       | --dialect=liang2018    | --dialect does not apply to ease
          --model=ease       | --select=ndcg@10       | --select does not apply to ease
          --model=ease       | --l2=0                 | --l2: expected a finite number above 0, found 0.0
          --model=ease       | --dropout=0.3          | --dropout does not apply to ease
          --model=dlae       | --dropout=1            | --dropout: expected a number from 0 to below 1, found 1.0
          --model=dlae       | --xi=0.2               | --xi does not apply to dlae
          --model=edlae      | --l2=-1                | --l2: expected a finite number above 0, found -1.0
          --model=rdlae      | --xi=2                 | --xi: expected a number from 0 to 1, found 2.0
          --model=sparse-rdlae | --xi=2               | --xi: expected a number from 0 to 1, found 2.0
          --model=sparse-rdlae | --neighbours=0       | expected a whole number from 1
          --model=sparse-rdlae | --shrink=1           | --shrink does not apply to sparse-rdlae
          --model=mult-vae   | --xi=0.2               | --xi does not apply to mult-vae
          --model=popularity | --l2=3                 | --l2 does not apply to popularity
          --model=popularity | --seed=3               | --seed does not apply to popularity
          --model=item-knn   | --neighbours=0         | expected a whole number from 1
          --model=item-knn   | --shrink=-1            | --shrink: expected a finite number from 0 on, found -1.0
          --model=mult-vae   | --l2=3                 | --l2 does not apply to mult-vae
          --model=ials       | --l2=0                 | --l2: expected a finite number above 0, found 0.0
          --model=ials       | --unobserved-weight=-1 | --unobserved-weight: expected a finite number above 0
          --model=ials       | --frequency-power=-1   | --frequency-power: expected a finite number from 0 on
          --model=ials       | --latent=0             | expected a whole number from 1
          --model=ials       | --epochs=0             | expected a whole number from 1
          --model=ials       | --batch-size=3         | --batch-size does not apply to ials
          --model=ials       | --dropout=0.2          | --dropout does not apply to ials
          --model=mult-vae   | --unobserved-weight=1  | --unobserved-weight does not apply to mult-vae
          --model=ease       | --latent=3             | --latent does not apply to ease
          """)
  void wrongUsageLeavesNothing(String model, String option, String message) {
    Path out = folder.resolve("refused");
    train(out, model, option).fails(2, message);
    assertFalse(Files.exists(out));
  }

  @Test
  void thereIsNothingToResume() {
    Path out = model(Baseline.EASE);
    train(out, "--resume").fails(1, "there is nothing to resume: a baseline is fitted in one go");
    train(folder.resolve("none"), "--model=ease", "--resume")
        .fails(1, "there is no run to continue");
    assertFalse(Files.exists(folder.resolve("none")));
    train(out, "--model=ease").fails(1, "there is a model already");
    train(out, Program.SMALL.toArray()).fails(1, "there is a model already");
  }

  @Test
  void aRunThatIsThereIsNotOverwritten() throws IOException {
    Path out = Program.train(data, folder.resolve("network"), "--epochs", 1);
    byte[] before = Files.readAllBytes(out.resolve("model.json"));
    train(out, "--model=popularity").fails(1, "there is a run already: continue it with --resume");
    assertArrayEquals(before, Files.readAllBytes(out.resolve("model.json")));
  }

  @Test
  void aBaselineScoresInOneWay() {
    run("evaluate", "--model-dir", model(Baseline.EASE), "--data", data, "--zero-seen")
        .fails(2, "--zero-seen does not apply to ease");
    SavedModel ease = SavedModel.read(model(Baseline.EASE));
    Scoring zeroSeen = new Scoring(/* sample= */ false, /* zeroSeen= */ true);
    assertThrows(ElboException.class, () -> ModelScorer.of(ease, zeroSeen, "fast", 1));
  }

  /** So that one command line does for all models. */
  @Test
  void anEngineMayBeNamedThatABaselineDoesNotNeed() {
    Path ease = model(Baseline.EASE);
    List<String> engine = List.of("--engine", "reference");
    run("evaluate", "--model-dir", ease, "--data", data, engine).done();
    run("recommend", "--model-dir", ease, "--items", "i1", engine).done();
  }

  @ParameterizedTest
  @EnumSource
  void tensorsOfAnotherModelAreRefused(Baseline baseline) {
    Path out = folder.resolve("damaged-" + baseline);
    train(out, "--model", baseline).done();
    Safetensors.write(out.resolve("model.safetensors"), new LinkedHashMap<>(), Map.of());
    run("recommend", "--model-dir", out, "--items", "i1").fails(1, "remove its SHA-256");
    ModelFiles.removeHashes(out);
    run("recommend", "--model-dir", out, "--items", "i1").fails(1, "as model.json describes it");
  }
}
