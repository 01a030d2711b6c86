package dev.elbo.data.read.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.data.read.RatingsReaderTest;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextReaderTest {
  @TempDir Path folder;

  /** Letters of two, three and four bytes, across the ends of every buffer at every offset. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void decodesAcrossBuffers(int offset) throws IOException {
    String text = "x".repeat(offset) + "é€😀\n".repeat(40_000);
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    assertEquals(text, read(Files.write(folder.resolve("plain"), utf8)));
    assertEquals(text, read(Files.write(folder.resolve("gz"), RatingsReaderTest.gzip(utf8))));
  }

  private static String read(Path file) throws IOException {
    var text = new StringWriter();
    try (var source = new SourceFile(file);
        var reader = source.text(StandardCharsets.UTF_8)) {
      reader.transferTo(text);
    }
    return text.toString();
  }

  @Test
  void tellsUtf8FromOtherEncodings() throws IOException {
    Path file = folder.resolve("text");
    String text = "plain\n".repeat(30_000) + "Amélie\n";
    assertTrue(TextReader.isUtf8(Files.writeString(file, text)));
    assertFalse(TextReader.isUtf8(Files.writeString(file, text, StandardCharsets.ISO_8859_1)));
    assertTrue(TextReader.isUtf8(Files.write(file, new byte[0])));
  }
}
