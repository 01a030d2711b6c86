package dev.elbo.cli;

import static dev.elbo.cli.Program.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.elbo.io.Npz;
import dev.elbo.io.Safetensors;
import dev.elbo.io.Tensor;
import dev.elbo.verify.GoldenCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerifyCommandTest {

  private static final String CASE = "mult-vae-small";
  private static final GoldenCase GOLDEN = GoldenCase.of(CASE);

  @TempDir private Path folder;

  /** Some of the golden tensors, each value changed. */
  private static SequencedMap<String, Tensor> tensors(Map<String, DoubleUnaryOperator> changes) {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    changes.forEach(
        (name, change) ->
            tensors.put(
                name,
                new Tensor.Float64(
                    GOLDEN.tensors().get(name).shape(),
                    Arrays.stream(GOLDEN.values(name)).map(change).toArray())));
    return tensors;
  }

  private Path safetensors(SequencedMap<String, ? extends Tensor> tensors) {
    Path file = folder.resolve("mine.safetensors");
    Safetensors.write(file, tensors, Map.of());
    return file;
  }

  @Test
  void theCasesAreTheFilesOfTheRepository() throws IOException {
    String listed = run("verify", "--list").done().out();
    try (var files = Files.list(Path.of("../reference-results/golden"))) {
      var names =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".safetensors"))
              .map(name -> name.substring(0, name.indexOf('.')))
              .collect(Collectors.toSet());
      assertEquals(names, Set.copyOf(GoldenCase.NAMES));
    }
    GoldenCase.NAMES.forEach(name -> assertTrue(listed.contains(name + " ")));
    JsonNode json = run("verify", "--list", "--json").done().json();
    assertEquals(GoldenCase.NAMES, json.at("/cases").findValuesAsText("name"));
  }

  @ParameterizedTest
  @ValueSource(strings = {CASE, "mfae-small", "svae-paper"})
  void exportsWhatItComparesWith(String name) throws IOException {
    Path safetensors = folder.resolve("case.safetensors");
    Path npz = folder.resolve("case.npz");
    for (Path file : List.of(safetensors, npz)) {
      run("verify", "--case", name, "--export", file).done();
      Program.Result result = run("verify", "--case", name, "--tensors", file).done();
      assertTrue(result.out().endsWith("Nothing differs.%n".formatted()), result.out());
    }
    assertArrayEquals(
        Files.readAllBytes(Path.of("../reference-results/golden", name + ".safetensors")),
        Files.readAllBytes(safetensors));
    assertEquals(GoldenCase.of(name).tensors().keySet(), Npz.read(npz, 1 << 20).keySet());
  }

  /** AutoRec from its equation, and the gradient of the output's bias with a forgotten factor. */
  @Test
  void aWrongPortOfAutoRec() {
    GoldenCase golden = GoldenCase.of("u-autorec-small");
    double[] predicted = golden.values("activation.2.ObservedLinear");
    double[] ratings = golden.values("input.values");
    int[] items = golden.input().indices();
    int users = golden.input().rows();
    double squares = 0;
    double[] gradient = new double[golden.model().items()];
    for (int n = 0; n < ratings.length; n++) {
      double error = predicted[n] - ratings[n];
      squares += error * error;
      gradient[items[n]] += error / users; // 2 is forgotten
    }
    SequencedMap<String, Tensor> found = new LinkedHashMap<>();
    found.put("nll", new Tensor.Float64(new int[0], new double[] {squares / users}));
    found.put("gradient.p_layers.0.bias", new Tensor.Float64(new int[] {7}, gradient));

    Program.Result result = run("verify", "--case", golden.name(), "--tensors", safetensors(found));
    assertEquals(1, result.code());
    List<String> lines = result.out().lines().toList();
    assertTrue(lines.get(5).matches("nll .* pass"), lines.get(5));
    assertTrue(lines.get(8).startsWith("The first that differs is gradient.p_layers.0.bias, by"));
    assertEquals(
        List.of(
            "No known mistake gives your gradient.p_layers.0.bias: those in Mult-VAE, Mult-DAE and"
                + " RecVAE are catalogued, no others.",
            "  Note: it is 0.5 times ours, everywhere."),
        lines.subList(9, lines.size()));
  }

  @Test
  void aWrongPort() {
    Path file =
        safetensors(
            tensors(
                Map.of(
                    "gradient.p_layers.1.weight", value -> value / 5,
                    "gradient.p_layers.0.weight", value -> value / 5,
                    "nll", value -> value)));
    Program.Result result = run("verify", "--case", CASE, "--tensors", file);
    assertEquals(1, result.code());
    List<String> lines = result.out().lines().toList();
    assertEquals("mult-vae-small: " + GOLDEN.description(), lines.get(0));
    assertTrue(lines.get(1).startsWith("3 of its 79 tensors; "), lines.get(1));
    assertTrue(
        lines.get(5).matches("nll +\\[] +0\\.0e\\+00 +0\\.0e\\+00 +1e-09  pass"), lines.get(5));
    assertTrue(lines.get(6).matches("gradient.p_layers.1.weight.* 8\\.0e-01 +1e-09  DIFFERS"));
    assertTrue(lines.get(7).matches("gradient.p_layers.0.weight.* 8\\.0e-01 +1e-09  DIFFERS"));
    assertTrue(lines.get(9).startsWith("The first that differs is gradient.p_layers.1.weight, by"));
    assertEquals(
        "Explained, value by value, at gradient.p_layers.1.weight: your gradient is 1/B of ours:"
            + " averaged over the users twice.",
        lines.get(10));
    assertEquals("", result.err());
  }

  @Test
  void manyUnknownNamesAreCounted() {
    SequencedMap<String, Tensor> found = tensors(Map.of("kl", value -> value));
    for (int n = 0; n < 100_000; n++) {
      found.put("layers.%d.weight".formatted(n), new Tensor.Int32(new int[0], new int[1]));
    }
    Path file = safetensors(found);
    Program.Result result = run("verify", "--case", CASE, "--tensors", file);
    assertEquals(1, result.code());
    assertTrue(result.out().contains("\n99,990 more have names"), result.out());
    JsonNode json = run("verify", "--case", CASE, "--tensors", file, "--json").json();
    assertEquals(100_000, json.at("/unknownTensors").asInt());
    assertEquals(10, json.at("/unknown").size());
    found.keySet().removeIf(name -> !name.startsWith("layers."));
    run("verify", "--case", CASE, "--tensors", safetensors(found))
        .fails(1, "layers.9.weight and 99,990 more");
  }

  @Test
  void theJson() {
    SequencedMap<String, Tensor> found = tensors(Map.of("kl", value -> value / 3));
    found.put("elbo", new Tensor.Float64(new int[0], new double[] {1}));
    Program.Result result =
        run("verify", "--case", CASE, "--tensors", safetensors(found), "--json");
    assertEquals(1, result.code());
    JsonNode json = result.json();
    assertEquals(
        List.of(
            "case",
            "pass",
            "firstDifference",
            "tensors",
            "unknownTensors",
            "unknown",
            "mistakes",
            "unexplained",
            "remarks"),
        json.properties().stream().map(Map.Entry::getKey).toList());
    assertEquals("kl", json.at("/firstDifference").asText());
    assertEquals(1e-9, json.at("/tensors/0/tolerance").asDouble());
    assertEquals(2.0 / 3, json.at("/tensors/0/maxRelative").asDouble(), 1e-12);
    assertEquals("elbo", json.at("/unknown/0/name").asText());
    assertEquals(1, json.at("/unknownTensors").asInt());
    assertEquals("kl", json.at("/mistakes/0/tensor").asText());
    assertEquals(
        "your KL is averaged over K as well; it is summed over latent units",
        json.at("/mistakes/0/oneOf/0").asText());
    assertTrue(json.at("/unexplained").isNull());
  }

  @Test
  void float32PassesByItsOwnToleranceAndFailsByAnother() {
    SequencedMap<String, Tensor> found = new LinkedHashMap<>();
    double[] values = GOLDEN.values("gradient.p_layers.1.weight");
    float[] rounded = new float[values.length];
    for (int n = 0; n < values.length; n++) {
      rounded[n] = (float) values[n];
    }
    found.put("gradient.p_layers.1.weight", new Tensor.Float32(new int[] {17, 7}, rounded));
    Path file = safetensors(found);
    Program.Result result = run("verify", "--case", CASE, "--tensors", file).done();
    assertTrue(result.out().contains(" 1e-04  pass"), result.out());
    result = run("verify", "--case", CASE, "--tensors", file, "--tolerance", "1e-9");
    assertEquals(1, result.code());
    assertTrue(result.out().contains("computed in float32"), result.out());
  }

  @Test
  void nanAndShapes() {
    SequencedMap<String, Tensor> found = tensors(Map.of("activation.3.Tanh", _ -> Double.NaN));
    found.put("activation.4.Linear", new Tensor.Float64(new int[] {30}, new double[30]));
    found.put("p_layers.0.weight", new Tensor.Float64(new int[] {3, 7}, new double[21]));
    String out = run("verify", "--case", CASE, "--tensors", safetensors(found)).out();
    assertTrue(out.contains("TRANSPOSED: expected [7, 3]"), out);
    assertTrue(out.contains("WRONG SHAPE: expected [5, 6]"), out);
    assertTrue(out.contains("p_layers.0.weight, of shape [3, 7]: expected [7, 3], by most"), out);
    assertTrue(out.matches("(?s).*activation.3.Tanh +\\[5, 7] +NaN +NaN +1e-09  DIFFERS.*"), out);
  }

  /** A misspelled tensor was not compared: that it is wrong would go unnoticed. */
  @Test
  void unknownNamesDoNotPass() {
    SequencedMap<String, Tensor> found = tensors(Map.of("nll", value -> value));
    found.put("Loss", new Tensor.Float64(new int[0], new double[] {Double.NaN}));
    Path file = safetensors(found);
    Program.Result result = run("verify", "--case", CASE, "--tensors", file);
    assertEquals(1, result.code());
    assertEquals(
        List.of(
            "No tensor is called Loss; did you mean loss?",
            "Nothing differs of what was compared, but tensors with unknown names were not: this"
                + " does not pass."),
        result.out().lines().skip(7).toList());
    result = run("verify", "--case", CASE, "--tensors", file, "--json");
    assertEquals(1, result.code());
    assertEquals("false", result.json().at("/pass").toString());
    assertTrue(result.json().at("/firstDifference").isNull());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "NaN", "Infinity"})
  void theToleranceIsAFiniteNumber(String tolerance) {
    Path file = safetensors(tensors(Map.of("nll", _ -> Double.POSITIVE_INFINITY)));
    run("verify", "--case", CASE, "--tensors", file, "--tolerance", tolerance)
        .fails(2, "expected a finite number from 0 on");
  }

  @Test
  void filesThatCannotBeCompared() {
    run("verify", "--case", CASE, "--tensors", folder.resolve("none"))
        .fails(1, "cannot be read: there is no");
    run("verify", "--case", CASE, "--tensors", Program.write(folder.resolve("t.npz"), "PK\3\4, no"))
        .fails(1, "not a valid .npz file");
    run("verify", "--case", CASE, "--tensors", Program.write(folder.resolve("t.txt"), "hello, you"))
        .fails(1, "not a valid safetensors file");
    SequencedMap<String, Tensor> other = new LinkedHashMap<>();
    other.put("weight", new Tensor.Int32(new int[0], new int[1]));
    run("verify", "--case", CASE, "--tensors", safetensors(other))
        .fails(1, "expected tensors of mult-vae-small, such as loss");
  }

  @ParameterizedTest
  @ValueSource(strings = {"case.txt", "case"})
  void exportsNothingElse(String name) {
    Path file = folder.resolve(name);
    run("verify", "--case", CASE, "--export", file).fails(2, "expected a name with .safetensors");
    assertTrue(Files.notExists(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"fast", "reference"})
  void anEngineComputesEveryCase(String engine) {
    JsonNode json = run("verify", "--engine", engine, "--json").done().json();
    assertEquals(GoldenCase.NAMES, json.get("cases").findValuesAsText("case"));
    json.get("cases").forEach(golden -> assertTrue(golden.get("pass").booleanValue()));
    List<String> lines = run("verify", "--engine", engine).done().out().lines().toList();
    assertEquals(GoldenCase.NAMES.size() + 3, lines.size());
    assertEquals("Nothing differs.", lines.getLast());
  }

  @Test
  void whereAnEngineIsTooFarOffIsSaid() {
    Program.Result one = run("verify", "--engine", "fast", "--case", CASE, "--tolerance", 1e-12);
    assertEquals(1, one.code());
    assertTrue(one.out().contains("The first that differs is activation.0.L2Normalize"), one.out());
    Program.Result all = run("verify", "--engine", "fast", "--tolerance", 1e-12);
    assertEquals(1, all.code());
    assertTrue(all.out().contains("activation.0.L2Normalize, the first that DIFFERS"), all.out());
    run("verify", "--engine", "fsat").fails(1, "did you mean fast");
    run("verify", "--engine", "fast", "--list").fails(2, "mutually exclusive");
  }
}
