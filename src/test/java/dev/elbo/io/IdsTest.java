package dev.elbo.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {

  @TempDir private Path folder;

  private static List<String> read(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return Ids.read(file, in, Files.size(file));
    }
  }

  @Test
  void readsWhatItWrote() throws IOException {
    List<String> ids = List.of("1193", "B000 with spaces", "é", "07", " ");
    Path file = folder.resolve("items.txt");
    AtomicFile.write(file, Ids.content(ids));
    assertEquals(ids, read(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"two\nlines", "two\rlines", "\n", "", "nul\\0"})
  void whatIsNoIdIsNotWritten(String id) {
    assertThrows(
        IllegalArgumentException.class, () -> Ids.content(List.of("1", id.translateEscapes())));
  }

  @ParameterizedTest
  @CsvSource({
    "1\\n2, each ended by a line break",
    "1\\n2\\n1\\n, line 3: the id '1' was there before",
    "1\\n\\n2\\n, line 2: expected an id, found one with no character",
    "1\\n2\\r\\n, line 2: expected an id, found one with a line break or NUL",
    "1\\n2\\0\\n, line 2: expected an id, found one with a line break or NUL"
  })
  void whatIsNoIdIsAnErrorAtItsLine(String text, String message) {
    Path file = folder.resolve("items.txt");
    AtomicFile.writeString(file, text.translateEscapes());
    var error = assertThrows(ElboException.class, () -> read(file));
    assertTrue(error.getMessage().startsWith(file.toString()), error.getMessage());
    assertTrue(error.getMessage().contains(message), error.getMessage());
  }

  @Test
  void otherTextThanUtf8IsAnErrorAtItsLine() throws IOException {
    Path file = folder.resolve("items.txt");
    Files.write(file, "1\n\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
    var error = assertThrows(ElboException.class, () -> read(file));
    assertTrue(error.getMessage().contains("line 2: expected UTF-8 text, found the byte 0xE9"));
  }
}
