package dev.elbo.cli;

import static dev.elbo.cli.Program.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.elbo.gradients.Example;
import dev.elbo.gradients.check.WrongBackward;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GradcheckCommandTest {

  private static List<Example> examples() {
    return Example.all();
  }

  @Test
  void everythingIsRight() {
    Program.Result result = run("gradcheck").done();
    List<String> lines = result.out().lines().toList();
    for (int n = 0; n < examples().size(); n++) {
      String line = lines.get(n + 1);
      assertTrue(line.startsWith(examples().get(n).name()) && line.endsWith("right"), line);
    }
    assertEquals("Right: each gradient is the derivative of its function.", lines.getLast());
  }

  @Test
  void theJsonIsOneDocument() {
    JsonNode json = run("gradcheck", "--seed", 7, "--json").done().json();
    assertEquals(List.of("right", "dtype", "seed", "checks"), MainTest.names(json));
    assertEquals(examples().size(), json.get("checks").size());
    assertTrue(json.get("right").asBoolean());
    assertEquals("tanh", json.at("/checks/0/layer").asText());
  }

  @ParameterizedTest
  @MethodSource("examples")
  void aMistakeIsFoundInItsLayerAndNowhereElse(Example example) {
    WrongBackward mistake = example.mistakes().getFirst();
    String found = "Found %s in %s.".formatted(mistake.name(), example.name());
    Program.Result all = run("gradcheck", "--break", mistake.name());
    assertEquals(1, all.code());
    List<String> wrong = all.out().lines().filter(line -> line.contains("WRONG")).toList();
    assertEquals(1, wrong.size(), all.out());
    assertTrue(wrong.getFirst().startsWith(example.name() + " "), all.out());
    assertTrue(all.out().contains(found), all.out());

    Program.Result one = run("gradcheck", "--layer", example.name(), "--break", mistake.name());
    assertEquals(1, one.code());
    assertTrue(one.out().contains(found) && one.out().contains("WRONG"), one.out());
  }

  /** Values side by side, and a V: smallest in the middle. */
  @Test
  void oneLayerStepByStep() {
    JsonNode json = run("gradcheck", "--layer", "multinomial-loss", "--json").done().json();
    JsonNode check = json.at("/checks/0");
    assertEquals(check.get("values").asInt(), check.get("entries").size());
    JsonNode entry = check.at("/entries/0");
    assertEquals(List.of("place", "analytic", "numeric", "agrees"), MainTest.names(entry));
    assertEquals(entry.get("analytic").asDouble(), entry.get("numeric").asDouble(), 1e-7);
    assertEquals(1e-1, check.at("/steps/0").asDouble());
    assertEquals(1e-12, check.at("/steps/11").asDouble());
    JsonNode right = check.at("/relativeErrors/right");
    assertTrue(right.get(0).asDouble() > 1e-4);
    assertTrue(right.get(4).asDouble() < 1e-7);
    assertTrue(right.get(11).asDouble() > 1e-4);
    for (JsonNode error : check.at("/relativeErrors/one-item-softmax")) {
      assertTrue(error.asDouble() > 0.1, "a wrong gradient is wrong at every step");
    }

    String out = run("gradcheck", "--layer", "multinomial-loss").done().out();
    assertTrue(out.contains("logits[0]") && out.contains("1e-12"), out);
  }

  @Test
  void float32IsTooCoarse() {
    Program.Result result = run("gradcheck", "--layer", "tanh", "--dtype", "float32");
    assertEquals(1, result.code());
    assertTrue(result.out().contains("rounded to float32"), result.out());
  }

  @Test
  void listsWhatThereIs() {
    String out = run("gradcheck", "--list").done().out();
    for (Example example : examples()) {
      assertTrue(out.contains(example.name() + ": "), out);
      example.mistakes().forEach(mistake -> assertTrue(out.contains(mistake.name()), out));
    }
    JsonNode json = run("gradcheck", "--list", "--json").done().json();
    assertEquals(examples().size(), json.get("layers").size());
    assertEquals("y = tanh(x)", json.at("/layers/0/formula").asText());
  }

  @Test
  void drawsTheV(@TempDir Path folder) throws IOException {
    Path png = folder.resolve("v.png");
    run("gradcheck", "--layer", "tanh", "--plot", png).done();
    assertEquals(900, ImageIO.read(png.toFile()).getWidth());
    Files.delete(png);
    assertEquals(1, run("gradcheck", "--break", "half-forgotten", "--plot", png).code());
    assertTrue(Files.exists(png), "a mistake that is found is drawn as well");
  }

  @Test
  void wrongUsageNamesWhatThereIs(@TempDir Path folder) {
    run("gradcheck", "--layer", "relu").fails(2, "there is no layer 'relu'; choose one of: tanh, ");
    run("gradcheck", "--break", "typo").fails(2, "there is no mistake 'typo'; choose one of: ");
    run("gradcheck", "--layer", "tanh", "--break", "half-forgotten")
        .fails(2, "no mistake 'half-forgotten' of tanh; choose one of: derivative-forgotten");
    run("gradcheck", "--dtype", "float16").fails(2, "float64, float32");
    run("gradcheck", "--plot", "v.png").fails(2, "add --layer NAME or --break MISTAKE");
    run("gradcheck", "--layer", "tanh", "--plot", "v.svg").fails(2, "ends in .png, found v.svg");
    Path missing = folder.resolve("missing/v.png");
    run("gradcheck", "--layer", "tanh", "--plot", missing).fails(1, "there is no folder");
    assertFalse(Files.exists(missing));
  }
}
