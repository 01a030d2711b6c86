package dev.elbo.cli;

import static dev.elbo.cli.Program.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.elbo.data.PreparedData;
import dev.elbo.engine.Engine;
import dev.elbo.engine.Engines;
import dev.elbo.eval.Evaluator;
import dev.elbo.eval.Ndcg;
import dev.elbo.train.RunOptions;
import dev.elbo.train.SavedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code train --from}: a run that starts from a trained model. */
class RetrainTest {

  @TempDir private static Path shared;
  private static Path ratings;
  private static Path data;
  private static Path model;

  @TempDir private Path folder;

  @BeforeAll
  static void train() {
    ratings = Program.ratings(shared.resolve("r.csv"));
    data = Program.prepare(ratings, shared.resolve("data"));
    model = Program.train(data, shared.resolve("model"), "--epochs", 3, "--dropout", 0.3);
  }

  private static Program.Result retrain(Path newData, Path out, Object... options) {
    return run("train", "--from", model, "--data", newData, "--out", out, List.of(options));
  }

  /** Ratings without the last item, and with two items that were not there. */
  private static Path newer() {
    try {
      String text = Files.readString(ratings).replaceAll("(?m)^.*,i40,.*\n", "");
      var more = new StringBuilder(text);
      for (int user = 1; user <= 12; user++) {
        more.append("u%d,n1,5,1\nu%d,n2,5,2\n".formatted(user, user));
      }
      Path file = Program.write(shared.resolve("newer.csv"), more.toString());
      return Program.prepare(file, shared.resolve("newer"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void itIsTheRunOfTheModelOnNewerDataButForWhatIsGiven() throws IOException {
    Path out = folder.resolve("retrained");
    Program.Result result = retrain(newer(), out, "--epochs", 2, "--json").done();
    SavedModel before = SavedModel.read(model);
    SavedModel after = SavedModel.read(out);
    var expected = before.description().run().byName();
    expected.put("epochs", "2");
    expected.put("anneal-updates", "0.0"); // beta is where it was at the end
    assertEquals(expected, after.description().run().byName());

    List<String> items = PreparedData.read(shared.resolve("newer")).itemIds();
    long matched = items.stream().filter(before.itemIds()::contains).count();
    long gone = before.itemIds().size() - matched;
    String sha256 = before.parametersSha256();
    assertTrue(
        result
            .err()
            .contains(
                ": %d items matched, %d new, %d gone"
                    .formatted(matched, items.size() - matched, gone)),
        result.err());
    JsonNode started = new ObjectMapper().readTree(out.resolve("model.json").toFile());
    assertEquals(sha256, started.at("/startedFrom/parametersSha256").asText());
    assertEquals(matched, started.at("/startedFrom/matched").asInt());
    assertEquals(gone, started.at("/startedFrom/gone").asInt());
    assertEquals(started.get("startedFrom"), result.json().get("startedFrom"));
    assertTrue(gone == 1 && items.size() - matched == 2, result.err());

    Path report = folder.resolve("report.html");
    run("report", out, "--out", report).done();
    String line =
        "Started from the parameters %s: %d items matched, 2 new, 1 gone."
            .formatted(sha256.substring(0, 12), matched);
    assertTrue(Files.readString(report).contains(line), line);
  }

  /** Before the first update, the validation users see what they saw at the end. */
  @Test
  void onTheSameDataItStartsWhereTheModelEnded() throws IOException {
    SavedModel saved = SavedModel.read(model);
    PreparedData prepared = PreparedData.read(data);
    var evaluator =
        new Evaluator(
            prepared.validation(), List.of(new Ndcg(100)), prepared.train(), /* batchSize= */ 20);
    try (Engine engine = Engines.byName("fast").create(saved.model(), saved.state(), 1)) {
      assertEquals(
          saved.description().validation().get("ndcg@100"),
          evaluator.evaluate(engine).byName().get("ndcg@100"));
    }
    Path out = folder.resolve("again");
    String said = retrain(data, out, "--epochs", 1, "--learning-rate", 1e-12).done().out();
    String value = "%.4f".formatted(saved.description().validation().get("ndcg@100").mean());
    assertTrue(
        said.contains("Reached ndcg@100 %s, that of the model it started from,".formatted(value)),
        said);
    assertEquals(
        saved.description().validation(), SavedModel.describe(out).validation(), "a tiny step");
  }

  @Test
  void itIsResumedBitForBit() {
    Program.assertContinuesBitForBit(
        newer(), folder, List.of("--from", model, "--anneal-updates", 20, "--threads", 1));
  }

  @Test
  void whatCannotBeIsRefused() {
    Path out = folder.resolve("no");
    retrain(data, out, "--hidden", 9)
        .fails(2, "--hidden: expected 8, as the model to start from has, found 9");
    retrain(data, out, "--model", "mult-dae")
        .fails(2, "--model: expected mult-vae, as the model to start from is, found mult-dae");
    retrain(data, out, "--resume").fails(2, "--from does nothing beside --resume");
    Path ease = shared.resolve("ease");
    run("train", "--data", data, "--out", ease, "--model", "ease").done();
    run("train", "--from", ease, "--data", data, "--out", out)
        .fails(2, "--from: ease is fitted in one go, and has nothing to start from");
    assertTrue(!SavedModel.isIn(out));
    assertEquals(RunOptions.OfNetwork.class, SavedModel.describe(model).run().getClass());
  }

  /** The columns of such a model are users. */
  @Test
  void aModelThatReadsItemsIsMatchedByUsers() {
    Path explicit =
        Program.prepare(
            ratings, folder.resolve("explicit"), "--explicit", "--split", "weak", "--seed", 3);
    Path first = folder.resolve("i-autorec");
    run(
            "train",
            "--data",
            explicit,
            "--out",
            first,
            "--model=i-autorec",
            "--latent=4",
            "--epochs=2")
        .done();
    Path second = folder.resolve("second");
    Program.Result result =
        run("train", "--from", first, "--data", explicit, "--out", second, "--epochs", 1).done();
    int users = PreparedData.read(explicit).trainUserIds().size();
    assertTrue(result.err().contains(": %d users matched, 0 new, 0 gone".formatted(users)));
  }
}
