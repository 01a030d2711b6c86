package dev.elbo.cli;

import static dev.elbo.cli.Program.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import dev.elbo.testing.Tolerances;
import dev.elbo.train.SavedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCommandTest {

  @TempDir private static Path folder;
  private static Path data;
  private static Path model;

  @BeforeAll
  static void train() {
    data = Program.prepare(Program.ratings(folder.resolve("r.csv")), folder.resolve("data"));
    model = Program.train(data, folder.resolve("model"), "--epochs", 2);
  }

  private static Program.Result export(Path model, Path out) {
    return run("export", "--model-dir", model, "--format", "onnx", "--out", out, "--json");
  }

  /** All that another program needs is in the one file: ids to make the input, and the scores. */
  @Test
  void theGraphScoresWhatIsRecommended() throws OrtException {
    Path out = folder.resolve("model.onnx");
    JsonNode document = export(model, out).done().json();
    assertEquals(out.toString(), document.get("out").asText());
    List<String> history = SavedModel.read(model).itemIds().subList(3, 6);
    JsonNode expected =
        run("recommend", "--model-dir", model, "--items", String.join(",", history), "--json")
            .done()
            .json()
            .at("/results/0/items");

    OrtEnvironment runtime = OrtEnvironment.getEnvironment();
    try (OrtSession session = runtime.createSession(out.toString())) {
      List<String> ids = itemIds(session);
      float[][] items = new float[1][ids.size()];
      history.forEach(id -> items[0][ids.indexOf(id)] = 1);
      try (OnnxTensor input = OnnxTensor.createTensor(runtime, items);
          OrtSession.Result result = session.run(Map.of("items", input))) {
        float[] scores = ((float[][]) result.get(0).getValue())[0];
        assertEquals(10, expected.size());
        for (JsonNode recommended : expected) {
          assertEquals(
              recommended.get("score").asDouble(),
              scores[ids.indexOf(recommended.get("item").asText())],
              Tolerances.FLOAT32);
        }
      }
    }
  }

  private static List<String> itemIds(OrtSession session) throws OrtException {
    return List.of(session.getMetadata().getCustomMetadata().get("itemIds").split("\n"));
  }

  @Test
  void theGraphSaysWhatItIs() throws OrtException {
    Path out = folder.resolve("described.onnx");
    export(model, out).done();
    SavedModel.Description described = SavedModel.describe(model);
    try (OrtSession session = OrtEnvironment.getEnvironment().createSession(out.toString())) {
      Map<String, String> properties = session.getMetadata().getCustomMetadata();
      assertEquals("mult-vae", properties.get("model"));
      assertEquals(described.dataSha256(), properties.get("dataSha256"));
      assertEquals(described.version(), properties.get("version"));
      assertEquals("elbo", session.getMetadata().getProducerName());
    }
  }

  /** The same model gives the same bytes. */
  @Test
  void theFileIsReplacedByTheSame() throws IOException {
    Path out = folder.resolve("twice.onnx");
    export(model, out).done();
    byte[] first = Files.readAllBytes(out);
    export(model, out).done();
    assertArrayEquals(first, Files.readAllBytes(out));
  }

  @Test
  void whatADialectScoresOtherwiseIsSaid() {
    Path sampling =
        Program.train(
            data, folder.resolve("sampling"), "--epochs", 1, "--sample-scores", "--zero-seen");
    Program.Result result = export(sampling, folder.resolve("sampling.onnx")).done();
    assertTrue(result.err().contains("--sample-scores is not in the graph"), result.err());
    assertTrue(result.err().contains("--zero-seen is not in the graph"), result.err());
    Program.Result plain = export(model, folder.resolve("plain.onnx")).done();
    assertFalse(plain.err().contains("not in the graph"), plain.err());
  }

  @Test
  void nothingIsWrittenWithoutAModelOrAFolder() {
    Path out = folder.resolve("none.onnx");
    export(folder.resolve("nothing"), out).fails(1, "expected a model directory");
    assertTrue(Files.notExists(out));
    export(model, folder.resolve("no/model.onnx")).fails(1, "there is no folder");
    export(model, folder).fails(1, "it is a folder");
    run("export", "--model-dir", model, "--out", out, "--format", "pmml")
        .fails(2, "expected one of onnx, found 'pmml'");
  }
}
