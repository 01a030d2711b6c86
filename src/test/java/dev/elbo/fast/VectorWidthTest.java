package dev.elbo.fast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * The same seed gives the same bits, however wide the vectors are: other machines are played by
 * processes of their own with narrower vectors. Where the processor has one width only, the test is
 * skipped.
 */
class VectorWidthTest {

  private static final List<String> WIDTHS =
      List.of("-XX:UseAVX=3", "-XX:UseAVX=2", "-XX:MaxVectorSize=16");

  @Test
  void parametersAreTheSameForEveryWidth() throws IOException, InterruptedException {
    TreeSet<String> lanes = new TreeSet<>();
    String expected = TrainedBits.sha256(1);
    for (String width : WIDTHS) {
      String found = run(width);
      lanes.add(found.substring(0, found.indexOf(' ')));
      assertEquals(expected, found.substring(found.indexOf(' ') + 1), width);
    }
    Assumptions.assumeTrue(lanes.size() > 1, "this processor has one vector width only");
  }

  private static String run(String width) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+IgnoreUnrecognizedVMOptions", width));
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(TrainedBits.class.getName());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertEquals(0, process.waitFor(), output);
    return output.substring(output.lastIndexOf('\n') + 1);
  }
}
