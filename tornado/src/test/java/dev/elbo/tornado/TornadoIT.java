package dev.elbo.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program with TornadoVM, through the launcher: what it says when it cannot run. */
class TornadoIT {

  private static final Path LAUNCHER = Path.of("..", "tools", "elbo").toAbsolutePath();

  @TempDir private Path folder;
  private Path model;

  /** What a run left. */
  private record Result(int code, String output) {}

  private Result elbo(Map<String, String> environment, String... args) throws Exception {
    List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
    command.addAll(List.of(args));
    Path output = folder.resolve("output");
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    return new Result(builder.start().waitFor(), Files.readString(output));
  }

  @BeforeEach
  void prepare() throws Exception {
    var ratings = new StringBuilder("userId,itemId,rating\n");
    for (int user = 0; user < 40; user++) {
      for (int n = 0; n < 8; n++) {
        ratings.append(user).append(',').append((user * 7 + n * n) % 30).append(",5\n");
      }
    }
    Files.writeString(folder.resolve("ratings.csv"), ratings);
    elbo(Map.of(), "prepare", "--ratings", "ratings.csv", "--out", "data");
    model = folder.resolve("model");
  }

  private Result train(Map<String, String> environment, String engine) throws Exception {
    return elbo(
        environment,
        "train",
        "--data",
        "data",
        "--out",
        "model",
        "--engine",
        engine,
        "--epochs",
        "2",
        "--hidden",
        "8",
        "--latent",
        "4",
        "--batch-size",
        "10");
  }

  private void assertFails(String sentence, Result result) throws IOException {
    assertEquals(1, result.code(), result.output());
    assertTrue(result.output().contains(sentence), result.output());
    assertTrue(!result.output().contains("\tat "), result.output());
    if (Files.exists(model)) {
      try (Stream<Path> files = Files.list(model)) {
        assertEquals(List.of(), files.toList());
      }
    }
  }

  @Test
  void trainsAndScores() throws Exception {
    skipWithoutDevice();
    Result trained = train(Map.of(), "tornado");
    assertEquals(0, trained.code(), trained.output());
    Result scored =
        elbo(Map.of(), "evaluate", "--model-dir", "model", "--data", "data", "--engine", "tornado");
    assertEquals(0, scored.code(), scored.output());
  }

  private void skipWithoutDevice() throws Exception {
    String engines = elbo(Map.of(), "engines").output();
    assumeTrue(engines.contains("0:0 "), engines);
  }

  private void skipWithoutTornadoVm() throws Exception {
    String engines = elbo(Map.of(), "engines").output();
    assumeFalse(engines.contains("set TORNADOVM_HOME"), engines);
  }

  @Test
  void withoutTornadoVm() throws Exception {
    assertFails("set TORNADOVM_HOME", train(Map.of("TORNADOVM_HOME", ""), "tornado"));
    assertFails(
        "is not the folder of a TornadoVM SDK",
        train(Map.of("TORNADOVM_HOME", folder.toString()), "tornado"));
  }

  @Test
  void withoutAPlatform() throws Exception {
    skipWithoutTornadoVm();
    var nothing = Map.of("OCL_ICD_VENDORS", folder.resolve("none").toString());
    assertFails("install the driver of your GPU", train(nothing, "tornado"));
    assertTornadoIsUnavailable(nothing);
  }

  /** Other commands and engines need no TornadoVM. */
  @Test
  void aWrongFolderStopsNothingElse() throws Exception {
    assertTornadoIsUnavailable(Map.of("TORNADOVM_HOME", folder.toString()));
  }

  /** What TornadoVM's native code prints does not get into the document. */
  private void assertTornadoIsUnavailable(Map<String, String> environment) throws Exception {
    var builder =
        new ProcessBuilder(LAUNCHER.toString(), "engines", "--json")
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(environment);
    Process engines = builder.start();
    JsonNode document = new ObjectMapper().readTree(engines.getInputStream());
    assertEquals(0, engines.waitFor());
    JsonNode tornado = document.at("/engines/2");
    assertEquals("tornado", tornado.get("engine").asText());
    assertTrue(tornado.get("unavailable").isTextual(), tornado.toString());
  }

  /** All that a script prints may go to one file: the results keep their place in it. */
  @Test
  void whatAScriptPrintsNextFollowsTheResults() throws Exception {
    skipWithoutTornadoVm();
    Path printed = folder.resolve("printed");
    int code =
        new ProcessBuilder(
                "sh", "-c", "echo before; \"$0\" engines; echo after", LAUNCHER.toString())
            .redirectOutput(printed.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
    assertEquals(0, code);
    List<String> lines = Files.readAllLines(printed);
    assertEquals("before", lines.getFirst());
    assertTrue(lines.get(1).startsWith("fast "), lines.toString());
    assertEquals("after", lines.getLast());
  }

  @Test
  void onADeviceThatIsNotThere() throws Exception {
    skipWithoutDevice();
    assertFails("TornadoVM has no device '0:99'", train(Map.of(), "tornado:0:99"));
  }

  @Test
  void onADeviceWithoutEnoughMemory() throws Exception {
    skipWithoutDevice();
    assertFails(
        "is not enough", train(Map.of("ELBO_JAVA_OPTS", "-Dtornado.device.memory=1KB"), "tornado"));
  }
}
