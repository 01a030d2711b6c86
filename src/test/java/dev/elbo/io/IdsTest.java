package dev.elbo.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import java.io.IOException;
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
    List<String> ids = List.of("1193", "B000 with spaces", "é", "07", " ", "");
    Path file = folder.resolve("items.txt");
    AtomicFile.write(file, Ids.content(ids));
    assertEquals(ids, read(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"two\nlines", "two\rlines", "\n"})
  void idsWithLineBreaksAreNotWritten(String id) {
    assertThrows(IllegalArgumentException.class, () -> Ids.content(List.of("1", id)));
  }

  @ParameterizedTest
  @CsvSource({
    "'', each ended by a line break",
    "1\\n2, each ended by a line break",
    "1\\n2\\n1\\n, line 3: the id"
  })
  void whatIsCutOffOrDoubledIsAnError(String text, String message) {
    Path file = folder.resolve("items.txt");
    AtomicFile.writeString(file, text.translateEscapes());
    var error = assertThrows(ElboException.class, () -> read(file));
    assertTrue(error.getMessage().startsWith(file.toString()), error.getMessage());
    assertTrue(error.getMessage().contains(message), error.getMessage());
  }
}
