package dev.elbo.own;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that somebody has written, and what may be wrong with it. */
class OwnCodeTest {

  @TempDir private Path folder;

  private Path file(String body) throws IOException {
    return Files.writeString(
        folder.resolve("Mine.java"),
        """
        final class Mine implements dev.elbo.own.Task.Tanh {
          public double[][] forward(double[][] x) {
            %s
          }
          public double[][] backward(double[][] y, double[][] dy) {
            return dy;
          }
        }
        """
            .formatted(body));
  }

  private Task.Tanh tanh(String body) throws IOException {
    return OwnCode.ofFile(file(body), _ -> {}).implementing(Task.Tanh.class);
  }

  private static String message(Runnable wrong) {
    return assertThrows(ElboException.class, wrong::run).getMessage();
  }

  @Test
  void isCompiledAndCalled() throws IOException {
    double[][] x = {{1}};
    assertEquals(x, tanh("return x;").forward(x));
  }

  @Test
  void whatDoesNotCompileIsToldAsTheCompilerDoes() throws IOException {
    Path file = file("return y;");
    List<String> messages = new ArrayList<>();
    String message = message(() -> OwnCode.ofFile(file, messages::add));
    assertEquals(
        "%s: does not compile: %s:3: error: cannot find symbol".formatted(file, file), message);
    assertEquals(1, messages.size());
    assertTrue(messages.getFirst().contains("    return y;"), messages::toString);
    assertTrue(messages.getFirst().contains("symbol:   variable y"), messages::toString);
  }

  @Test
  void whatItThrowsIsToldWithItsLine() throws IOException {
    Task.Tanh outside = tanh("x[5][0] = 1; return x;");
    assertEquals(
        "Mine.java:3: forward: java.lang.ArrayIndexOutOfBoundsException: Index 5 out of bounds for"
            + " length 1",
        message(() -> outside.forward(new double[1][1])));
    Task.Tanh endless = tanh("return forward(x);");
    assertTrue(message(() -> endless.forward(new double[1][1])).contains("StackOverflowError"));
  }

  /** A list that cannot be modified throws what a template throws. */
  @Test
  void whatIsNotWrittenYetIsTold() throws IOException {
    Task.Tanh template = tanh("throw new UnsupportedOperationException();");
    assertEquals(
        "Mine.java:3: forward is not written yet",
        message(() -> template.forward(new double[1][1])));
    Task.Tanh list = tanh("java.util.List.of(1).set(0, 2); return x;");
    assertTrue(
        message(() -> list.forward(new double[1][1]))
            .contains("forward: java.lang.UnsupportedOperationException"));
  }

  @Test
  void anotherTaskIsMissed() throws IOException {
    OwnCode code = OwnCode.ofFile(file("return x;"), _ -> {});
    assertEquals(
        folder.resolve("Mine.java") + ": expected a class that implements Task.Linear, found none",
        message(() -> code.implementing(Task.Linear.class)));
  }

  @Test
  void aFolderOrFileThatIsNotThere() {
    Path nowhere = folder.resolve("nowhere");
    assertTrue(message(() -> OwnCode.ofFile(nowhere, _ -> {})).contains("there is no"));
    assertTrue(message(() -> OwnCode.ofFolder(nowhere)).contains("there is no"));
    assertTrue(message(() -> OwnCode.ofFolder(folder)).contains("expected Java files"));
  }
}
