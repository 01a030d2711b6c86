package dev.elbo.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import dev.elbo.data.RatingScale;
import dev.elbo.data.read.ReadingOptions;
import dev.elbo.engine.EngineState;
import dev.elbo.eval.Estimate;
import dev.elbo.io.Safetensors;
import dev.elbo.model.Architecture;
import dev.elbo.model.Layout;
import dev.elbo.model.ModelOptions;
import dev.elbo.model.Parameters;
import dev.elbo.testing.ModelFiles;
import dev.elbo.testing.States;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SavedModelTest {

  private static final List<String> ITEMS = List.of("1193", "B000 with spaces", "é", "07");

  @TempDir private Path directory;

  private static SavedModel example(Architecture architecture, int epoch) {
    var validation = new LinkedHashMap<String, Estimate>();
    validation.put("ndcg@100", new Estimate(1.0 / 3, 0.1));
    validation.put("coverage@10", new Estimate(0.5, null));
    var options =
        new ModelOptions(
            architecture,
            architecture.hasHiddenLayers() ? List.of(3, 3) : List.of(),
            2,
            0.5,
            0.25,
            architecture.defaultLayout(),
            architecture.predictsRatings() ? new RatingScale(List.of(1f, 4.5f)) : null,
            null);
    return new SavedModel(
        new SavedModel.Description(
            "1.0",
            "reference",
            RunOptions.of(architecture).with(options),
            "c0ffee",
            3.5,
            ReadingOptions.DEFAULT,
            epoch,
            validation,
            List.of()),
        Parameters.initial(options.model(ITEMS.size()), epoch),
        ITEMS);
  }

  private static SavedModel example() {
    return example(Architecture.MULT_VAE, 4);
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void readsWhatItWrote(Architecture architecture) {
    SavedModel written = example(architecture, 4);
    written.write(directory);
    SavedModel read = SavedModel.read(directory);
    assertEquals(written.description(), read.description());
    assertEquals(ITEMS, read.itemIds());
    assertEquals(written.model(), read.model());
    States.assertSameBits(written.state(), read.state());
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void parametersAreFinite(float value) {
    SavedModel written = example();
    written.parameters().float32("q_layers.0.weight", 3, 4)[6] = value;
    written.write(directory);
    assertError(
        "model.safetensors",
        "tensor q_layers.0.weight: expected finite numbers, found %s at [1, 2]".formatted(value));
  }

  @Test
  void aDescriptionOfAnotherVersionIsRefused() throws IOException {
    example().write(directory);
    Path json = directory.resolve("model.json");
    Files.writeString(json, unsealed(Files.readString(json)).replace("\"run\"", "\"options\""));
    assertError("model.json", "expected a model of this version of Elbo");
  }

  @Test
  void switchesAreReadBack() {
    var layout = new Layout(Layout.L2Normalization.NONE, Layout.Tanhs.EVERY_MODULE, 0.25);
    var options = new ModelOptions(Architecture.MULT_VAE, List.of(3), 2, 0.5, 0, layout);
    var description =
        new SavedModel.Description(
            "1.0",
            "reference",
            RunOptions.of(Architecture.MULT_VAE)
                .with(options)
                .with(RunOptions.of(Architecture.RECVAE).training()),
            "c0ffee",
            3.5,
            ReadingOptions.DEFAULT,
            1,
            new LinkedHashMap<>(),
            List.of(0, 2));
    new SavedModel(description, Parameters.initial(options.model(ITEMS.size()), 1), ITEMS)
        .write(directory);
    SavedModel read = SavedModel.read(directory);
    assertEquals(description, read.description());
    assertEquals(options.model(ITEMS.size()), read.model());
  }

  /** Their shapes are the same, and so nothing else would notice. */
  @Test
  void parametersOfAnotherEpochAreNoticedWithoutHashes() throws IOException {
    example(Architecture.MULT_VAE, 4).write(directory);
    byte[] old = Files.readAllBytes(directory.resolve("model.json"));
    example(Architecture.MULT_VAE, 5).write(directory);
    Files.write(directory.resolve("model.json"), old);
    ModelFiles.removeHashes(directory);
    assertError("model.safetensors", "expected the parameters of epoch 4");
  }

  /** As {@code safetensors.torch.save_file} writes them, unless it is told more. */
  @Test
  void parametersOfAnotherProgramAreTakenOnceTheirHashIsRemoved() throws IOException {
    example().write(directory);
    assertEquals(List.of(), SavedModel.unchecked(directory));
    Parameters others = example(Architecture.MULT_VAE, 5).parameters();
    Safetensors.write(directory.resolve("model.safetensors"), others.tensors(), Map.of());
    assertError("model.safetensors", "if you changed the file on purpose, remove its SHA-256");

    Path json = directory.resolve("model.json");
    Files.writeString(
        json,
        unsealed(Files.readString(json))
            .replaceFirst(",\\s*\"model.safetensors\" : \"[0-9a-f]*\"", ""));
    assertEquals(List.of("model.safetensors"), SavedModel.unchecked(directory));
    States.assertSameBits(EngineState.initial(others), SavedModel.read(directory).state());
  }

  /** Items in another order would be other recommendations. */
  @Test
  void idsInAnotherOrderAreNoticed() throws IOException {
    example().write(directory);
    Path items = directory.resolve("items.txt");
    Files.write(items, Files.readAllLines(items).stream().sorted().toList());
    assertError("items.txt", "the file is not the one that model.json describes");
  }

  @Test
  void aModelWithoutHashesIsReadAndSaidToBeUnchecked() throws IOException {
    SavedModel written = example();
    written.write(directory);
    ModelFiles.removeHashes(directory);
    assertEquals(written.description(), SavedModel.read(directory).description());
    assertEquals(List.of("model.safetensors", "items.txt"), SavedModel.unchecked(directory));
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.safetensors", "model.json", "items.txt"})
  void aMissingFileIsAnError(String file) throws IOException {
    example().write(directory);
    Files.delete(directory.resolve(file));
    assertError(file.equals("model.json") ? "" : file, file);
  }

  @Test
  void aFolderThatIsNotThereIsAnError() {
    var error = assertThrows(ElboException.class, () -> SavedModel.read(Path.of("missing")));
    assertTrue(error.getMessage().contains("expected a model directory"), error.getMessage());
  }

  /** A file, what in it is replaced by what, which file the error names, and what it says. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          items.txt  | 07          | 07\\n08  | model.safetensors | as model.json describes it
          items.txt  | 1193\\n     | ''       | model.safetensors | as model.json describes it
          items.txt  | 1193        | 07       | items.txt         | line 4: the id '07' was there before
          model.json | "initialization" : [{].*?[}] | "initialization" : null | model.json | initialization
          model.json | "seed" : 98765 | "seed" : null | model.json | seed
          model.json | ^.*$        | {}       | model.json        | version
          model.json | ^.*$        | ''       | model.json        | not the JSON of a Manifest
          model.json | "bestEpoch" | "best"   | model.json        | best
          model.json | mult-vae    | mult-war | model.json        | mult-war
          model.json | mult-vae    | mult-dae | model.safetensors | as model.json describes it
          model.json | "dropout" : 0.5 | "dropout" : 2 | model.safetensors | dropout must be in [0, 1)
          model.json | "unrated" : .*?] | "unrated" : [ 4 ] | model.json | column 4 of 4
          model.json | "ratings" : null | "ratings" : { "levels" : [ 1, 5 ] } | model.json | ratings: expected null, as mult-vae ranks
          model.json | }\\s*$      | ''       | model.json        | not the JSON of a Manifest
          """)
  void inconsistenciesAreErrors(
      String file, String pattern, String replacement, String culprit, String message)
      throws IOException {
    example().write(directory);
    ModelFiles.removeHashes(directory);
    Path path = directory.resolve(file);
    Files.writeString(
        path,
        unsealed(Files.readString(path))
            .replaceFirst("(?s)" + pattern.translateEscapes(), replacement.translateEscapes()));
    assertError(culprit, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          { "levels" : [ 5, 1 ] }       | levels: expected finite ratings, ascending, found [5.0, 1.0]
          { "levels" : [ 1, 1 ] }       | levels: expected finite ratings, ascending, found [1.0, 1.0]
          { "levels" : [ 1, 1e39 ] }    | expected a finite number, found 1e39
          { "levels" : [ "NaN", 1 ] }   | expected a finite number, found NaN
          { "levels" : [ 1 ] }          | at least two different ratings
          null                          | ratings: expected their scale, as u-autorec predicts them, found null
          """)
  void aScaleOfRatingsIsOne(String scale, String message) throws IOException {
    example(Architecture.U_AUTOREC, 4).write(directory);
    Path json = directory.resolve("model.json");
    Files.writeString(
        json,
        unsealed(Files.readString(json)).replaceFirst("(?s)(\"ratings\" : )\\{.*?}", "$1" + scale));
    assertError("model.json", message);
  }

  /** Only the description's words can change unnoticed. */
  @Test
  void damageIsNoticed() throws IOException {
    example().write(directory);
    var random = new Random(5);
    for (int n = 0; n < 300; n++) {
      Path file =
          directory.resolve(
              List.of("model.safetensors", "items.txt", "model.json").get(random.nextInt(3)));
      byte[] intact = Files.readAllBytes(file);
      int at = random.nextInt(intact.length);
      byte[] damaged = random.nextBoolean() ? Arrays.copyOf(intact, at) : intact.clone();
      if (at < damaged.length) {
        damaged[at] ^= (byte) (1 + random.nextInt(255));
      }
      Files.write(file, damaged);
      try {
        SavedModel read = SavedModel.read(directory);
        assertEquals("model.json", file.getFileName().toString());
        read.parameters().requireTensorsOf(read.model());
      } catch (ElboException e) {
        assertTrue(e.file().orElseThrow().startsWith(directory), e.getMessage());
      }
      Files.write(file, intact);
    }
  }

  /** A description without its hash. */
  private static String unsealed(String json) {
    return json.replaceFirst(",\\s*\"documentSha256\" : \".*?\"", "");
  }

  private void assertError(String file, String message) {
    var error = assertThrows(ElboException.class, () -> SavedModel.read(directory));
    assertEquals(directory.resolve(file), error.file().orElseThrow(), error.getMessage());
    assertTrue(error.getMessage().contains(message), error.getMessage());
  }
}
