package dev.elbo.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import dev.elbo.engine.EngineState;
import dev.elbo.eval.Estimate;
import dev.elbo.io.Json;
import dev.elbo.io.Safetensors;
import dev.elbo.io.Sha256;
import dev.elbo.io.Tensor;
import dev.elbo.model.Architecture;
import dev.elbo.model.ModelOptions;
import dev.elbo.model.Parameters;
import dev.elbo.testing.Example;
import dev.elbo.testing.States;
import dev.elbo.train.Checkpoint.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CheckpointTest {

  private static final EngineState STATE = Example.MULT_VAE.state();

  @TempDir private Path directory;

  private static Progress progress() {
    var validation = new LinkedHashMap<String, Estimate>();
    validation.put("ndcg@100", new Estimate(1.0 / 3, 0.1));
    validation.put("coverage@10", new Estimate(0.5, null));
    return new Progress(
        RunOptions.of(Architecture.MULT_VAE),
        "fast",
        "c0ffee",
        17,
        1,
        List.of(new EpochResult(1, 0.1, 1e-3 / 3, 5.5, 0.1 + 0.2, 1e-300, 2.5, validation)));
  }

  private static Stream<EngineState> states() {
    return Stream.of(STATE, States.float32(STATE));
  }

  @ParameterizedTest
  @MethodSource("states")
  void readsWhatItWrote(EngineState state) {
    new Checkpoint(state, progress()).write(directory);
    Checkpoint read = Checkpoint.read(directory);
    States.assertSameBits(state, read.state());
    assertEquals(progress(), read.progress());
    assertEquals(progress(), Checkpoint.progress(directory));
    read.requireTensorsOf(directory, Example.MULT_VAE.model());
  }

  @Test
  void theNextOneReplacesIt() throws IOException {
    new Checkpoint(
            EngineState.initial(STATE.parameters()),
            Progress.none(RunOptions.of(Architecture.MULT_VAE), "fast", "c0ffee"))
        .write(directory);
    new Checkpoint(STATE, progress()).write(directory);
    assertEquals(progress(), Checkpoint.read(directory).progress());
    try (var files = Files.list(directory)) {
      assertEquals(List.of(Checkpoint.file(directory)), files.toList());
    }
  }

  @Test
  void aMissingFileIsAnError() {
    assertError("checkpoint.safetensors: cannot be read", () -> Checkpoint.read(directory));
  }

  @Test
  void tensorsAloneAreNoCheckpoint() {
    Safetensors.write(Checkpoint.file(directory), STATE.parameters().tensors(), Map.of());
    assertError("without a run's progress", () -> Checkpoint.read(directory));
    assertError("without a run's progress", () -> Checkpoint.progress(directory));
  }

  /** Each keeps the length of the header. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          adam.m.q_layers.0.weight | adam.m.q_layers.9.weight | expected tensors.sha256
          adam.v.q_layers.0.bias   | adam.x.q_layers.0.bias   | expected tensors.sha256
          "dtype":"F64"            | "dtype":"I64"            | expected tensors.sha256
          [6,5]                    | [5,6]                    | expected tensors.sha256
          bestEpoch                | lastEpoch                | expected progress.sha256
          \\"bestEpoch\\" : 1       | \\"bestEpoch\\" : 2       | expected progress.sha256
          \\"engine\\"             | \\"engine'"             | not a valid safetensors file
          """)
  void damageToTheHeaderIsNoticed(String found, String replacement, String message)
      throws IOException {
    new Checkpoint(STATE, progress()).write(directory);
    Path file = Checkpoint.file(directory);
    String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
    assertTrue(bytes.contains(found));
    Files.writeString(file, bytes.replace(found, replacement), StandardCharsets.ISO_8859_1);
    assertError(message, () -> Checkpoint.read(directory));
  }

  /** Other versions have other options, or store no hashes. */
  @ParameterizedTest
  @CsvSource({
    "learningPace, progress.sha256, 'there is no \"learningRate\"'",
    "learningRate, progress.sha256, there is no tensors.sha256",
    "learningRate, other.sha256, there is no progress.sha256"
  })
  void whatIsOfAnotherVersionIsNoticed(String option, String hash, String message) {
    String progress = Json.text(progress()).replace("learningRate", option);
    String sha256 = Sha256.of(out -> out.write(progress.getBytes(StandardCharsets.UTF_8)));
    Safetensors.write(
        Checkpoint.file(directory),
        STATE.parameters().tensors(),
        Map.of("progress", progress, hash, sha256));
    String expected = "expected a run of this version of Elbo, found that of another or damage (";
    assertError(expected, () -> Checkpoint.read(directory));
    assertError(message, () -> Checkpoint.read(directory));
  }

  @Test
  void whatIsOfAnotherModelIsNoticed() {
    new Checkpoint(STATE, progress()).write(directory);
    assertError(
        "must have shape",
        () ->
            Checkpoint.read(directory)
                .requireTensorsOf(
                    directory,
                    new ModelOptions(Architecture.MULT_VAE, List.of(5), 4, 0.5, 0).model(6)));
  }

  @Test
  void whatIsNotFiniteIsRefused() {
    var moments = new LinkedHashMap<>(STATE.secondMoments().tensors());
    double[] values = {1, Double.NaN, 3};
    moments.put("x", new Tensor.Float64(new int[] {1, 3}, values));
    EngineState state =
        new EngineState(
            STATE.parameters(),
            STATE.firstMoments(),
            new Parameters(moments),
            STATE.frozen(),
            STATE.updates());
    new Checkpoint(state, progress()).write(directory);
    assertError(
        "tensor adam.v.x: expected finite numbers, found NaN at [0, 1]",
        () -> Checkpoint.read(directory));
  }

  @Test
  void damageIsNoticed() throws IOException {
    new Checkpoint(STATE, progress()).write(directory);
    Path file = Checkpoint.file(directory);
    byte[] intact = Files.readAllBytes(file);
    var random = new Random(6);
    for (int n = 0; n < 300; n++) {
      int at = random.nextInt(intact.length);
      boolean truncated = random.nextBoolean();
      byte[] damaged = truncated ? Arrays.copyOf(intact, at) : intact.clone();
      if (!truncated) {
        damaged[at] ^= (byte) (1 + random.nextInt(255));
      }
      Files.write(file, damaged);
      try {
        Checkpoint read = Checkpoint.read(directory);
        assertTrue(!truncated, "a truncated file was read");
        assertEquals(progress(), read.progress());
        States.assertSameBits(STATE, read.state());
      } catch (ElboException e) {
        assertEquals(file, e.file().orElseThrow());
      }
    }
  }

  private static void assertError(String message, Runnable action) {
    var error = assertThrows(ElboException.class, action::run);
    assertTrue(error.getMessage().contains(message), error.getMessage());
  }
}
