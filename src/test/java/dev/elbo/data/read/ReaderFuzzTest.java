package dev.elbo.data.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever the bytes are, a reader gives a result or one clear error. */
class ReaderFuzzTest {
  private static Path file;

  @BeforeContainer
  static void createFile() throws IOException {
    file = Files.createTempFile("fuzz", null);
  }

  @AfterContainer
  static void deleteFile() throws IOException {
    Files.delete(file);
  }

  @Property(seed = "1", tries = 100)
  void randomBytes(@ForAll @Size(max = 300) byte[] content) throws IOException {
    assertResultOrClearError(content);
  }

  @Property(seed = "2", tries = 100)
  void randomBytesBehindAnHonestStart(
      @ForAll("valid") String text, @ForAll @Size(max = 100) byte[] tail) throws IOException {
    byte[] start = text.getBytes(StandardCharsets.UTF_8);
    byte[] content = Arrays.copyOf(start, start.length + tail.length);
    System.arraycopy(tail, 0, content, start.length, tail.length);
    assertResultOrClearError(content);
  }

  @Property(seed = "3", tries = 100)
  void randomCharactersOfTheFormats(
      @ForAll("formatCharacters") String text, @ForAll("valid") String start) throws IOException {
    assertResultOrClearError(text.getBytes(StandardCharsets.UTF_8));
    assertResultOrClearError((start + text).getBytes(StandardCharsets.UTF_8));
  }

  @Property(seed = "4", tries = 100)
  void truncations(
      @ForAll("valid") String text,
      @ForAll boolean compressed,
      @ForAll @DoubleRange(max = 1) double kept)
      throws IOException {
    byte[] content = bytes(text, compressed);
    assertResultOrClearError(Arrays.copyOf(content, (int) (kept * content.length)));
  }

  @Property(seed = "5", tries = 200)
  void changedBytes(
      @ForAll("valid") String text,
      @ForAll boolean compressed,
      @ForAll @IntRange(min = 1, max = 4) int changes,
      @ForAll Random random)
      throws IOException {
    byte[] content = bytes(text, compressed);
    for (int n = 0; n < changes; n++) {
      content[random.nextInt(content.length)] = (byte) random.nextInt();
    }
    assertResultOrClearError(content);
  }

  @Provide
  Arbitrary<String> valid() {
    return Arbitraries.of(
        RatingsReaderTest.DAT,
        RatingsReaderTest.TABS,
        RatingsReaderTest.CSV,
        RatingsReaderTest.SEMICOLONS,
        RatingsReaderTest.TSV_WITH_HEADER,
        RatingsReaderTest.JSON_LINES,
        RatingsReaderTest.NETFLIX,
        "movieId,title\n1,\"Heat, the film\"\n2,Amélie\n");
  }

  @Provide
  Arbitrary<String> formatCharacters() {
    return Arbitraries.strings().withChars("ui1.:,;|\t\"\r\n {}[]\\").ofMaxLength(60);
  }

  private static byte[] bytes(String text, boolean compressed) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return compressed ? RatingsReaderTest.gzip(bytes) : bytes;
  }

  private static void assertResultOrClearError(byte[] content) throws IOException {
    Files.write(file, content);
    List<Consumer<Path>> readers =
        List.of(
            path ->
                assertTrue(
                    RatingsReader.read(path, ReadingOptions.DEFAULT).interactions().size() > 0),
            TitlesReader::read);
    for (Consumer<Path> reader : readers) {
      try {
        reader.accept(file);
      } catch (ElboException e) {
        assertEquals(Optional.of(file), e.file());
        assertTrue(
            e.getMessage().contains("expected") || e.getMessage().contains("gzip"), e.getMessage());
        assertFalse(e.getMessage().chars().anyMatch(Character::isISOControl), e.getMessage());
      }
    }
  }
}
