package dev.elbo.data.read;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import dev.elbo.data.Interactions;
import dev.elbo.data.read.RatingsReader.Result;
import dev.elbo.data.read.text.Chunks;
import dev.elbo.data.read.text.SourceFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** A file read in chunks, by several threads, gives what it gives when it is read as a whole. */
class ChunkedReadingTest {
  private static Path file;

  /** A rating, with ids that separators, quotes and letters of several bytes may be in. */
  record Event(String user, String item, int halfStars, int time) {}

  @BeforeContainer
  static void createFile() throws IOException {
    file = Files.createTempFile("chunks", null);
  }

  @AfterContainer
  static void deleteFile() throws IOException {
    Files.delete(file);
  }

  @Property(seed = "1", tries = 200, edgeCases = EdgeCasesMode.NONE)
  void csv(
      @ForAll("events") List<Event> events,
      @ForAll("lineEnds") String lineEnd,
      @ForAll boolean lastLineEnds,
      @ForAll boolean byteOrderMark,
      @ForAll boolean compressed,
      @ForAll @IntRange(min = 1, max = 100) int chunk,
      @ForAll @IntRange(min = 1, max = 4) int threads)
      throws IOException {
    var text = new StringBuilder(byteOrderMark ? "\uFEFF" : "").append("user,item,rating,time");
    for (Event e : events) {
      text.append(lineEnd)
          .append(
              "\"%s\",\"%s\",%s,%d"
                  .formatted(
                      e.user.replace("\"", "\"\""),
                      e.item.replace("\"", "\"\""),
                      e.halfStars / 2.0,
                      e.time));
    }
    byte[] content = bytes(text.append(lastLineEnds ? lineEnd : "").toString());
    Files.write(file, compressed ? RatingsReaderTest.gzip(content) : content);
    assertSame(readWhole(), readInChunks(threads, chunk));
  }

  @Property(seed = "2", tries = 200, edgeCases = EdgeCasesMode.NONE)
  void jsonLines(
      @ForAll("events") List<Event> events,
      @ForAll("lineEnds") String lineEnd,
      @ForAll @IntRange(min = 1, max = 100) int chunk,
      @ForAll @IntRange(min = 1, max = 4) int threads)
      throws IOException {
    var text = new StringBuilder();
    for (Event e : events) {
      text.append(
              "{\"user\": \"%s\", \"item\": \"%s\", \"time\": %d}"
                  .formatted(e.user.replace("\"", "\\\""), e.item.replace("\"", "\\\""), e.time))
          .append(lineEnd);
    }
    Files.write(file, bytes(text.toString()));
    assertSame(readWhole(), readInChunks(threads, chunk));
  }

  @Provide
  Arbitrary<List<Event>> events() {
    Arbitrary<String> ids =
        Arbitraries.of("a", "b", ",", "\"", "é", "😀")
            .list()
            .ofMinSize(1)
            .ofMaxSize(3)
            .map(letters -> String.join("", letters));
    return Combinators.combine(
            ids, ids, Arbitraries.integers().between(0, 10), Arbitraries.integers().between(0, 3))
        .as(Event::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(30);
  }

  @Provide
  Arbitrary<String> lineEnds() {
    return Arbitraries.of("\n", "\r\n", "\n\n", "\r\n  \n");
  }

  /** The cut would change what is read: the chunk before it shows that, by a quote without end. */
  @Property(seed = "3", tries = 50)
  void quotedLineBreaks(@ForAll @IntRange(min = 1, max = 60) int chunk) throws IOException {
    Files.writeString(
        file,
        """
        user,review,item
        ann,"good
        bob,bad,i1
        ",i7
        cid,"
        ",i8
        """);
    Result result = RatingsReader.read(List.of(file), ReadingOptions.DEFAULT, 2, chunk);
    assertEquals(List.of("ann", "cid"), result.interactions().userIds());
    assertSame(readWhole(), result);
  }

  @Example
  void idsAreNumberedByFirstAppearanceInTheFile() throws IOException {
    Files.writeString(file, "b::y\na::x\na::y\nc::z\nb::x\n");
    Interactions read = readInChunks(2, 1).interactions();
    assertEquals(List.of("b", "a", "c"), read.userIds());
    assertEquals(List.of("y", "x", "z"), read.itemIds());
    assertArrayEquals(new int[] {0, 1, 1, 2, 0}, read.users());
    assertArrayEquals(new int[] {0, 1, 0, 2, 1}, read.items());
  }

  @Example
  void ofDuplicatesInDifferentChunksTheLastByTimeWins() throws IOException {
    Files.writeString(file, "ann::i7::1::200\nbob::i7::2::100\nann::i7::3::100\n");
    Result result = readInChunks(2, 1);
    assertEquals(1, result.duplicates());
    assertArrayEquals(new float[] {1, 2}, result.interactions().ratings());
  }

  /** Only the start of a file has one; elsewhere it would make another user of the same. */
  @Example
  void byteOrderMarkAtTheStartOfALaterLine() throws IOException {
    Files.writeString(file, "a::i\n\uFEFFa::i\n");
    var error = assertThrows(ElboException.class, () -> readInChunks(2, 1));
    assertTrue(error.getMessage().contains("byte order mark"), error.getMessage());
  }

  @Property(seed = "4", tries = 100)
  void errorsNameTheSameLine(
      @ForAll("lineEnds") String lineEnd,
      @ForAll @IntRange(min = 1, max = 20) int goodLines,
      @ForAll("badLines") String badLine,
      @ForAll @IntRange(min = 1, max = 100) int chunk)
      throws IOException {
    String good = "u,i,4" + lineEnd;
    Files.writeString(
        file,
        "user,item,rating" + lineEnd + good.repeat(goodLines) + badLine + lineEnd + good.repeat(5));
    var expected = assertThrows(ElboException.class, ChunkedReadingTest::readWhole);
    var found =
        assertThrows(
            ElboException.class,
            () -> RatingsReader.read(List.of(file), ReadingOptions.DEFAULT, 3, chunk));
    assertEquals(expected.getMessage(), found.getMessage());
    assertEquals(expected.line(), found.line());
  }

  @Provide
  Arbitrary<String> badLines() {
    return Arbitraries.of("u,i", "u,i,bad", ",i,4", "u,\"i,4", "u,\"i\"x,4", "u,i\0,4");
  }

  @Example
  void linesEndedByCarriageReturnsAlone() throws IOException {
    Files.writeString(file, "a::i\rb::i\r".repeat(1_000_000));
    assertThrows(IOException.class, () -> readInChunks(2, 1000));
    Result result = RatingsReader.read(List.of(file), ReadingOptions.DEFAULT, 2, 1000);
    assertEquals(List.of("a", "b"), result.interactions().userIds());
  }

  @Property(seed = "5", tries = 200)
  void chunksAreWholeLines(
      @ForAll("lines") String text, @ForAll @IntRange(min = 1, max = 20) int size)
      throws IOException {
    var chunks = new Chunks(new ByteArrayInputStream(bytes(text)), size);
    var joined = new ByteArrayOutputStream();
    var ends = new ArrayList<Byte>();
    for (byte[] chunk = chunks.next(); chunk.length > 0; chunk = chunks.next()) {
      joined.write(chunk);
      ends.add(chunk[chunk.length - 1]);
    }
    assertArrayEquals(bytes(text), joined.toByteArray());
    for (byte end : ends.subList(0, Math.max(0, ends.size() - 1))) {
      assertEquals('\n', end);
    }
  }

  @Provide
  Arbitrary<String> lines() {
    return Arbitraries.strings().withChars("aé\r\n").ofMaxLength(60);
  }

  private static Result readWhole() {
    return readWhole(ReadingOptions.DEFAULT);
  }

  private static Result readWhole(ReadingOptions options) {
    try (var source = new SourceFile(file)) {
      return RatingsReader.result(List.of(RatingsReader.readWhole(file, source, options)));
    }
  }

  private static Result readInChunks(int threads, int chunk) throws IOException {
    return readInChunks(ReadingOptions.DEFAULT, threads, chunk);
  }

  private static Result readInChunks(ReadingOptions options, int threads, int chunk)
      throws IOException {
    try (var source = new SourceFile(file)) {
      return RatingsReader.result(
          List.of(RatingsReader.readInChunks(file, source, options, threads, chunk)));
    }
  }

  private static void assertSame(Result expected, Result found) {
    Interactions all = expected.interactions();
    Interactions read = found.interactions();
    assertEquals(all.userIds(), read.userIds());
    assertEquals(all.itemIds(), read.itemIds());
    assertArrayEquals(all.users(), read.users());
    assertArrayEquals(all.items(), read.items());
    assertArrayEquals(all.ratings(), read.ratings());
    assertArrayEquals(all.times(), read.times());
    assertEquals(expected.duplicates(), found.duplicates());
    assertEquals(expected.provenance().format(), found.provenance().format());
    assertEquals(expected.provenance().times(), found.provenance().times());
    assertEquals(expected.provenance().badLines(), found.provenance().badLines());
    assertEquals(expected.provenance().firstBadLine(), found.provenance().firstBadLine());
    assertEquals(expected.provenance().files(), found.provenance().files());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
