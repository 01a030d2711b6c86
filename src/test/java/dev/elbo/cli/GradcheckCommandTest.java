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
import java.util.stream.Stream;
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

  @TempDir private Path mine;

  private Path exercise(String right, String wrong) throws IOException {
    String solution =
        Files.readString(
            Path.of("test/java/dev/elbo/gradients/exercises/solutions/OwnMultinomialLoss.java"));
    assertTrue(solution.contains(right), right);
    return Files.writeString(mine.resolve("Mine.java"), solution.replace(right, wrong));
  }

  private static Program.Result check(Path file, Object... more) {
    return run(
        Stream.concat(
                Stream.of("gradcheck", "--exercise", "multinomial-loss", "--file", file),
                Stream.of(more))
            .toArray());
  }

  /** The file is written once, and checked until it is right. */
  @Test
  void anExerciseIsWrittenAndChecked() throws IOException {
    Path file = mine.resolve("new").resolve("Mine.java");
    run("gradcheck", "--exercise", "multinomial-loss", "--out", file).done();
    Program.Result again = run("gradcheck", "--exercise", "multinomial-loss", "--out", file);
    assertEquals(1, again.code());
    assertTrue(again.err().contains("there is already such a file"), again.err());

    Program.Result empty = check(file);
    assertEquals(1, empty.code());
    assertTrue(empty.out().contains("Mine.java:18: forward is not written yet"), empty.out());
    assertTrue(empty.out().contains("Not finished."), empty.out());

    Program.Result right = check(exercise("", ""), "--seed", 2).done();
    assertTrue(right.out().contains("right in all 96 values"), right.out());
    assertTrue(right.out().endsWith("backward is its derivative.\n"), right.out());
  }

  /** Where, how much, and what it looks like. */
  @Test
  void aWrongGradientIsShown() throws IOException {
    Path file = exercise("double n = items[b].length", "double n = 1");
    Program.Result wrong = check(file);
    assertEquals(1, wrong.code());
    assertTrue(wrong.out().contains("forward   loss       right\n"), wrong.out());
    assertTrue(wrong.out().contains("WRONG in 88 of 96 values"), wrong.out());
    assertTrue(
        wrong
            .out()
            .contains("ds[1][0] (user 1, item 0)                -0.070886309      0.003795837"),
        wrong.out());
    assertTrue(wrong.out().contains("It looks like one-item-softmax. ds = (p - x) / B"));
    assertTrue(wrong.out().contains("not that of the function, which is right"), wrong.out());

    JsonNode json = check(file, "--json").json();
    assertEquals("one-item-softmax", json.at("/backward/0/looksLike/0").asText());
    assertEquals("ds[1][0] (user 1, item 0)", json.at("/backward/0/wrong/0/place").asText());
  }

  @Test
  void aWrongFunctionIsToldApart() throws IOException {
    Program.Result wrong = check(exercise("return sum / s.length", "return sum"));
    assertEquals(1, wrong.code());
    assertTrue(wrong.out().contains("Yours is 12 times what it is to be."), wrong.out());
    assertTrue(wrong.out().contains("the function itself; the gradient is right"), wrong.out());
  }

  @Test
  void whatDoesNotCompileIsToldWithFileAndLine() throws IOException {
    Path file = exercise("double n = items", "double n = itms");
    Program.Result broken = check(file);
    assertEquals(1, broken.code());
    assertTrue(broken.err().contains(file + ":25: error: cannot find symbol"), broken.err());
    assertTrue(broken.err().contains("double n = itms[b].length;"), broken.err());
    assertFalse(broken.err().contains("at dev.elbo"), broken.err());
  }

  @Test
  void hintsComeOneByOne() {
    List<String> one =
        run("gradcheck", "--exercise", "tanh", "--hint", 1).done().out().lines().toList();
    assertEquals("Hint 1 of 3", one.getFirst());
    assertFalse(one.contains("Hint 2 of 3"));
    assertTrue(run("gradcheck", "--exercise", "tanh").done().out().contains("y = tanh(x)"));
  }

  @Test
  void anExerciseIsAskedForByItself() {
    assertTrue(run("gradcheck", "--hint", 1).err().contains("add --exercise NAME"));
    run("gradcheck", "--exercise", "tanh", "--layer", "tanh")
        .fails(2, "--layer does nothing beside --exercise: leave it out");
    run("gradcheck", "--exercise", "tanh", "--dtype", "float64")
        .fails(2, "--dtype does nothing beside --exercise: leave it out");
    for (String asked : List.of("--json", "--hint=1", "--out=" + mine.resolve("Mine.java"))) {
      run("gradcheck", "--exercise", "tanh", asked, "--seed", 1)
          .fails(2, "--seed does nothing beside --exercise without --file: leave it out");
    }
    assertFalse(Files.exists(mine.resolve("Mine.java")));
    assertTrue(
        run("gradcheck", "--exercise", "tanh", "--hint", 1, "--out", "x").err().contains("one of"));
    assertTrue(run("gradcheck", "--exercise", "tan").err().contains("did you mean tanh?"));
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
