package dev.elbo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class ElboExceptionTest {

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void setUp() throws IOException {
    file = Files.createFile(folder.resolve("file"));
  }

  @Test
  void whatTheFileSystemSaysBecomesASentence() {
    Path missing = folder.resolve("missing");
    assertReason("there is no " + missing, () -> Files.readString(missing));
    assertReason("there is already " + file, () -> Files.createDirectories(file));
    assertReason(
        file + " is not a folder",
        () -> {
          throw new NotDirectoryException(file.toString());
        });
    assertReason("Not a directory", () -> Files.createDirectory(file.resolve("folder")));
  }

  private void assertReason(String reason, Executable action) {
    IOException cause = assertThrows(IOException.class, action);
    ElboException error = ElboException.cannot("be used", file, cause);
    assertEquals(file + ": cannot be used: " + reason, error.getMessage());
    assertEquals(file, error.file().orElseThrow());
  }

  @Test
  void aMessageIsOneLineThatSteersNothing() {
    var error = ElboException.at(Path.of("a\nb"), 1, "found \u001B[2J\u202E");
    assertEquals("a\\nb, line 1: found \\u001B[2J\\u202E", error.getMessage());
  }
}
