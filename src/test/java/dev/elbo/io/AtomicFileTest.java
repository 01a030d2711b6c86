package dev.elbo.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.elbo.ElboException;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void setUp() {
    file = folder.resolve("model.json");
  }

  @Test
  void writesAndReplaces() throws IOException {
    AtomicFile.write(file, out -> out.write("first".getBytes(UTF_8)));
    AtomicFile.write(file, out -> out.write("second".getBytes(UTF_8)));
    assertEquals("second", Files.readString(file));
    assertEquals(List.of(file), files());
  }

  @Test
  void contentMayCloseTheStream() throws IOException {
    AtomicFile.write(
        file,
        out -> {
          try (var writer = new OutputStreamWriter(out, UTF_8)) {
            writer.write("closed");
          }
        });
    assertEquals("closed", Files.readString(file));
  }

  @Test
  void theOldFileStaysUntilTheNewOneIsWhole() throws IOException {
    Files.writeString(file, "old");
    AtomicFile.write(
        file,
        out -> {
          out.write("new".getBytes(UTF_8));
          out.flush();
          assertEquals("old", Files.readString(file));
        });
    assertEquals("new", Files.readString(file));
  }

  @Test
  void failureLeavesNothing() throws IOException {
    assertThrows(
        IllegalStateException.class,
        () ->
            AtomicFile.write(
                file,
                out -> {
                  out.write(new byte[100_000]);
                  throw new IllegalStateException();
                }));
    assertEquals(List.of(), files());
  }

  @Test
  void failureLeavesTheOldFile() throws IOException {
    Files.writeString(file, "old");
    var error =
        assertThrows(
            ElboException.class,
            () ->
                AtomicFile.write(
                    file,
                    _ -> {
                      throw new IOException("the disk is full");
                    }));
    assertEquals(file + ": cannot be written: the disk is full", error.getMessage());
    assertEquals(Optional.of(file), error.file());
    assertEquals("old", Files.readString(file));
    assertEquals(List.of(file), files());
  }

  @Test
  void aFolderIsNotReplaced() throws IOException {
    Files.createDirectories(file.resolve("inner"));
    assertCannotBeWritten(file, "it is a folder");
    assertEquals(List.of(file), files());
  }

  @Test
  void leftoversOfAFileAreDeletedAndNothingElse() throws IOException {
    String id = "01234567-89ab-cdef-0123-456789abcdef";
    Files.createFile(folder.resolve(".model.json." + id + ".tmp"));
    List<String> others =
        List.of("model.json", ".model.json.tmp", ".other.json." + id + ".tmp", "." + id + ".tmp");
    for (String other : others) {
      Files.createFile(folder.resolve(other));
    }
    AtomicFile.deleteLeftovers(file);
    assertEquals(
        Set.copyOf(others),
        files().stream().map(each -> each.getFileName().toString()).collect(Collectors.toSet()));
  }

  /** Two programs that write the same file do not take each other's for leftovers. */
  @Test
  void aTemporaryFileThatIsWrittenIsNoLeftover() throws IOException {
    AtomicFile.write(
        file,
        out -> {
          AtomicFile.writeString(file, "second");
          out.write("first".getBytes(UTF_8));
        });
    assertEquals("first", Files.readString(file));
    assertEquals(List.of(file), files());
  }

  @Test
  void aMissingFolderIsNamed() throws IOException {
    Path missing = folder.resolve("missing");
    assertCannotBeWritten(missing.resolve("model.json"), "there is no folder " + missing);
    Files.createFile(missing);
    assertCannotBeWritten(missing.resolve("model.json"), "there is no folder " + missing);
  }

  @Test
  void aFileInTheCurrentFolderHasAFolder() {
    AtomicFile.requireFolder(Path.of("model.json"));
  }

  private static void assertCannotBeWritten(Path file, String reason) {
    var error =
        assertThrows(ElboException.class, () -> AtomicFile.write(file, out -> out.write(1)));
    assertEquals(file + ": cannot be written: " + reason, error.getMessage());
  }

  private List<Path> files() throws IOException {
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }
}
