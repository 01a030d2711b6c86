package dev.elbo.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manual's pictures are those that {@code tools/Pictures.java} draws. */
class PicturesTest {

  private static final Path PROGRAM = Path.of("..", "tools", "Pictures.java");
  private static final Path COMMITTED = Path.of("..", "src", "site", "resources", "images");

  @TempDir private static Path folder;

  @Test
  void committedPicturesAreWhatTheProgramDraws() throws Exception {
    Path drawn = Files.createDirectory(folder.resolve("drawn"));
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Program.start(folder, List.of(java.toString(), PROGRAM.toString(), drawn.toString())).done();
    assertEquals(pictures(drawn), pictures(COMMITTED), "draw them with: java tools/Pictures.java");
  }

  /** Of rounding, which rises as the step shrinks, only the magnitude is the same everywhere. */
  @Test
  void theVIsMeasured() throws IOException {
    JsonNode errors =
        Program.run("gradcheck", "--layer", "multinomial-loss", "--json")
            .done()
            .json()
            .at("/checks/0/relativeErrors/right");
    double[] drawn = numbers("RIGHT");
    assertEquals(errors.size(), drawn.length);
    for (int n = 0; n < drawn.length; n++) {
      assertEquals(1, drawn[n] / errors.get(n).asDouble(), n < 4 ? 0.05 : 2, "step 1e-" + (n + 1));
    }
  }

  private static double[] numbers(String name) throws IOException {
    Matcher list =
        Pattern.compile("double\\[] " + name + " = \\{([^}]+)}").matcher(Files.readString(PROGRAM));
    list.find();
    return Arrays.stream(list.group(1).split(",")).mapToDouble(Double::parseDouble).toArray();
  }

  private static Map<String, String> pictures(Path folder) throws IOException {
    Map<String, String> pictures = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        pictures.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return pictures;
  }
}
