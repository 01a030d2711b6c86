package dev.elbo.data.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TitlesReaderTest {
  private static final String DAT = "1::Amélie, or \"A\" (2001)::Comedy|Romance\n2::Heat::Action\n";
  private static final String BARS = "1|Amélie, or \"A\" (2001)|01-Jan-2001||0|1\n2|Heat|||1|0\n";
  private static final String CSV =
      "movieId,title,genres\n1,\"Amélie, or \"\"A\"\" (2001)\",Comedy|Romance\n2,Heat,Action\n";
  private static final String TABS =
      "id\tyear\tname\n1\t2001\tAmélie, or \"A\" (2001)\n2\t1995\tHeat\n";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {DAT, BARS, CSV, TABS})
  void readsEveryFormatInEitherEncoding(String text) throws IOException {
    var titles = Map.of("1", "Amélie, or \"A\" (2001)", "2", "Heat");
    assertEquals(titles, TitlesReader.read(write(text, StandardCharsets.UTF_8)));
    assertEquals(titles, TitlesReader.read(write("\uFEFF" + text, StandardCharsets.UTF_8)));
    assertEquals(titles, TitlesReader.read(write(text, StandardCharsets.ISO_8859_1)));
  }

  @Test
  void readsCompressed() throws IOException {
    Path file =
        Files.write(
            folder.resolve("titles"),
            RatingsReaderTest.gzip(DAT.getBytes(StandardCharsets.ISO_8859_1)));
    assertEquals("Heat", TitlesReader.read(file).get("2"));
  }

  @Test
  void aTitleIsOneLineOfText() throws IOException {
    Path file = write("id,title\n1,\"two\nlines\"\n", StandardCharsets.UTF_8);
    assertEquals(Map.of("1", "two lines"), TitlesReader.read(file));
  }

  /** Also where other columns have the usual names. */
  @Test
  void columnsMayBeNamed() throws IOException {
    Path file =
        write(
            "id,sku,title,Label\n7,a-1,Mr,\"Heat, 1995\"\n8,a-2,Ms,Alien\n",
            StandardCharsets.UTF_8);
    assertEquals(
        Map.of("a-1", "Heat, 1995", "a-2", "Alien"),
        TitlesReader.read(file, Optional.of("sku"), Optional.of("Label")));
    assertEquals(
        Map.of("7", "Heat, 1995", "8", "Alien"),
        TitlesReader.read(file, Optional.empty(), Optional.of("Label")));
    var error =
        assertThrows(
            ElboException.class,
            () -> TitlesReader.read(file, Optional.of("SKU"), Optional.empty()));
    assertTrue(
        error.getMessage().contains("line 1: expected names of columns with an item (SKU) and"),
        error.getMessage());
  }

  @Test
  void malformed() throws IOException {
    assertAt(2, "1::Heat::Action\n2::He", "expected 3 fields separated by \"::\"");
    assertAt(1, "movieId,genres\n1,Action\n", "a title (such as title)");
    assertAt(1, "Heat\n", "expected fields separated by");
    assertAt(2, "1|Heat\n2|H\0\n", "control character U+0000");
    assertTrue(read("").getMessage().contains("empty file"));
    assertThrows(ElboException.class, () -> TitlesReader.read(folder));
    assertThrows(ElboException.class, () -> TitlesReader.read(folder.resolve("none")));
  }

  private void assertAt(long line, String text, String message) throws IOException {
    ElboException e = read(text);
    assertEquals(OptionalLong.of(line), e.line(), e.getMessage());
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  private ElboException read(String text) throws IOException {
    Path file = write(text, StandardCharsets.UTF_8);
    return assertThrows(ElboException.class, () -> TitlesReader.read(file));
  }

  private Path write(String text, Charset charset) throws IOException {
    return Files.write(folder.resolve("titles"), text.getBytes(charset));
  }
}
