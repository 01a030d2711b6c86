package dev.elbo.data.read;

import static dev.elbo.data.read.RatingsReaderTest.gzip;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.elbo.ElboException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a ratings file is said in one message, with the file and the line. */
class MalformedRatingsTest {
  private static final String HEADER = "userId,itemId,rating,timestamp\n";

  @TempDir Path folder;

  /** In the texts, {@code /} ends a line. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '~',
      textBlock =
          """
          # text                                       ! line ! expected                 ! found
          # A missing column
          item,rating/i1,4                             ! 1 ! no user in                  ! "item, rating"
          user,rating/u1,4                             ! 1 ! no item in                  ! "user, rating"
          u1,i1,4,100/u2,i1,4,100                      ! 1 ! add a header line           ! "u1, i1, 4, 100"
          {"asin": "i1", "overall": 4}                 ! 1 ! no user in                  ! "asin, overall"
          u1::i1::4::100::drama                        ! 1 ! 2 to 4 fields               ! "u1::i1::4::100::drama"
          # A rating that is no finite number, a time that is none
          u1::i1::4/u1::i2::good                       ! 2 ! a finite number             ! "good"
          u1::i1::4/u1::i2::NaN                        ! 2 ! a finite number             ! "NaN"
          u1::i1::4/u1::i2::1e39                       ! 2 ! a finite number             ! "1e39"
          u1::i1::4/u1::i2::4f                         ! 2 ! a finite number             ! "4f"
          u1::i1::4/u1::i2::                           ! 2 ! a finite number             ! ""
          u1::i1::4::100/u1::i2::4::9999999999999999999! 2 ! a time, such as             ! "9999999999999999999"
          user,item,time/u1,i1,2009-02-29              ! 2 ! a time, such as             ! "2009-02-29"
          user,item,time/u1,i1,31.1.2009               ! 2 ! a time, such as             ! "31.1.2009"
          user,item,time/u1,i1,                        ! 2 ! a time, such as             ! ""
          {"user": "u1", "item": "i1", "overall": true}! 1 ! a finite number             ! "true"
          # A half line
          u1::i1::4::100/u2::i1::4                     ! 2 ! 4 fields separated by "::"  ! found 3: "u2::i1::4"
          user,item,rating/u1,i1,4/u2                  ! 3 ! 3 fields separated by comma ! found 1: "u2"
          user,item/u1,i1,4                            ! 2 ! 2 fields separated by comma ! found 3: "u1,i1,4"
          1:/1488844,3,2005-09-06/822109,5:            ! 3 ! user, rating and date       ! "822109,5:"
          {"user": "u1", "item": "i1"}/{"user": "u1", "it ! 2 ! one JSON object          ! "{"user": "u1", "it"
          {"user": "u1", "item": "i1"}/{"user": "u1"}  ! 2 ! a field "item"              ! "{"user": "u1"}"
          {"user": "u1", "item": "i1"}/{"user": null, "item": "i1"} ! 2 ! a field "user" ! null
          # Mixed separators and formats
          u1::i1::4/u1,i2,4                            ! 2 ! 3 fields separated by "::"  ! found 1: "u1,i2,4"
          user,item/u1;i1                              ! 2 ! 2 fields separated by comma ! found 1: "u1;i1"
          {"user": "u1", "item": "i1"}/u1,i1           ! 2 ! one JSON object             ! "u1,i1"
          {"user": "u1", "item": "i1"} {}              ! 1 ! one JSON object             ! column 30
          # Ids
          user,item/,i1                                ! 2 ! user id                     ! ""
          u1::i1/u2::                                  ! 2 ! item id                     ! ""
          {"user": "u\\u0000", "item": "i1"}           ! 1 ! without control characters  ! "u\\u0000"
          {"user": "u\\ud800", "item": "i1"}           ! 1 ! user id                     ! found
          # Quotes
          user,item/"u1"x,i1                           ! 2 ! a double quote to end with  ! found other text
          "user"s,item/u1,i1                           ! 1 ! a double quote to end with  ! found other text
          user,item/u1,"i1/u2,i2                       ! 2 ! a double quote to end with  ! no end
          "user","item","time"/"u1","i1","97           ! 2 ! a double quote to end with  ! no end
          # No format at all
          hello                                        ! 1 ! fields separated by         ! "hello"
          """)
  void namesTheLine(String text, long line, String expected, String found) throws IOException {
    ElboException e = read(text.replace('/', '\n'));
    assertAt(line, e);
    assertTrue(e.getMessage().contains(expected), e.getMessage());
    assertTrue(e.getMessage().contains(found), e.getMessage());
  }

  @Test
  void linesAreCountedAsAnEditorDoes() throws IOException {
    assertAt(5, read("\n\n" + HEADER + "\nu1,i1,bad,1\n"));
    assertAt(5, read("\r\n\r\n" + HEADER + "\r\nu1,i1,bad,1\r\n"));
    assertAt(3, read("\r" + HEADER.strip() + "\ru1,i1,bad,1\r"));
    assertAt(5, read("user,item,text,rating\nu1,i1,\"a\nb\r\nc\",4\nu1,i2,,bad\n"));
    assertAt(4, read("{\"user\": 1, \"item\": 2}\r\n\r\n\r\n{\"user\"\r\n"));
    assertAt(20_001, read("u1::i1::4\n".repeat(20_000) + "u1::i1::bad\n"));
  }

  @Test
  void controlCharacters() throws IOException {
    assertAt(2, read("u1::i1\nu2::i\0\n"), "control character U+0000");
    assertAt(3, read("u1::i1\nu2::i2\n\0\0\0\0"), "control character U+0000");
    assertAt(2, read("u1\ti1\nu2\ti\u001b[31m\n"), "control character U+001B");
    assertAt(4, read("u1::i1\r\n\r\nu2::i2\r\nu3::\u007f\r\n"), "control character U+007F");
  }

  @Test
  void anErrorInAnEarlierLineComesFirst() throws IOException {
    assertAt(2, read("u1::i1\nu2\nu3::i\0\n"));
  }

  @Test
  void nothingInIt() throws IOException {
    assertTrue(read("").getMessage().contains("found an empty file"));
    assertTrue(read("\n \n\n").getMessage().contains("found an empty file"));
    assertTrue(read("\uFEFF").getMessage().contains("found an empty file"));
    assertTrue(read(gzip(new byte[0])).getMessage().contains("found an empty file"));
    assertTrue(read(HEADER).getMessage().contains("found a header and none"));
  }

  @Test
  void notUtf8() throws IOException {
    byte[] text =
        (HEADER + "u1,i1,4,1\n".repeat(20_000) + "J?rgen,i1,4,1\n")
            .getBytes(StandardCharsets.UTF_8);
    text[text.length - 13] = (byte) 0xFC;
    assertAt(20_002, read(text), "expected UTF-8 text, found the byte 0xFC");
    assertAt(1, read(new byte[] {'a', ':', ':', (byte) 0xC3}), "found the byte 0xC3");
  }

  @Test
  void gzipThatEndsTooEarly() throws IOException {
    byte[] whole = gzip((HEADER + "u1,i1,4,1\nu2,i1,4,1\n").getBytes(StandardCharsets.UTF_8));
    // All the text is there, but not the checksum behind it.
    assertAt(4, read(Arrays.copyOf(whole, whole.length - 8)), "ends too early");
    assertAt(1, read(Arrays.copyOf(whole, 12)), "ends too early");
    assertAt(1, read(Arrays.copyOf(whole, 2)), "ends too early");
  }

  @Test
  void gzipThatIsDamaged() throws IOException {
    byte[] damaged = gzip((HEADER + "u1,i1,4,1\n").getBytes(StandardCharsets.UTF_8));
    damaged[damaged.length - 8] ^= 1;
    assertAt(3, read(damaged), "damaged");
  }

  @Test
  void lineWithoutEnd() throws IOException {
    String expected = "at most 1048576 characters in a line";
    String line = "x".repeat(10_000_000);
    assertAt(1, read(line), expected);
    assertAt(2, read("u1::i1\nu2::" + line), expected);
    assertAt(2, read("{\"user\": 1, \"item\": 2}\n{\"user\": \"" + line + "\"}\n"), expected);
    assertAt(1, read("{".repeat(10_000)), "one JSON object");
    String start = "{\"user\": 1, \"item\": 2, \"other\": ";
    assertAt(1, read(start + "[".repeat(2_000)), "one JSON object");
    assertAt(1, read(start + "9".repeat(2_000) + "}"), "one JSON object");
    assertAt(1, read("{\"" + "x".repeat(60_000) + "\": 1}"), "one JSON object");
  }

  @Test
  void quoteWithoutEnd() throws IOException {
    assertAt(2, read("user,item\nu1,\"i1\n" + "u2,i2\n".repeat(1_000_000)), "double quote");
    assertAt(2, read("user,item\n" + "\"\n\",".repeat(1_100_000)), "double quote");
  }

  @Test
  void foundTextIsShortAndPrintable() throws IOException {
    String message = read("u::i::4\nu::i::x\t\u0085\u202E" + "9".repeat(1000)).getMessage();
    assertTrue(message.contains("found \"x\\t\\u0085\\u202E" + "9".repeat(56) + "\"...;"), message);
  }

  @Test
  void namedColumnThatIsMissing() throws IOException {
    Path file = Files.writeString(folder.resolve("ratings.csv"), "\nuser,item\nu1,i1\n");
    var columns = new Columns(null, "movie", null, null);
    var e =
        assertThrows(
            ElboException.class,
            () -> RatingsReader.read(file, ReadingOptions.DEFAULT.with(columns)));
    assertEquals(
        file
            + ", line 2: expected a column \"movie\", found \"user, item\"; say which it is with"
            + " --item-column",
        e.getMessage());
    assertThrows(ElboException.class, () -> new Columns("a", "a", null, null));
  }

  @Test
  void noFile() {
    Path none = folder.resolve("none");
    var e =
        assertThrows(ElboException.class, () -> RatingsReader.read(none, ReadingOptions.DEFAULT));
    assertEquals(none + ": expected a file, found none", e.getMessage());
    e = assertThrows(ElboException.class, () -> RatingsReader.read(folder, ReadingOptions.DEFAULT));
    assertEquals(
        folder + ": expected a file, or a folder of files part-*, found none", e.getMessage());
  }

  @Test
  void unreadableFile() throws IOException {
    Path file = Files.writeString(folder.resolve("ratings"), "u1::i1\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("-wx------"));
    assumeFalse(Files.isReadable(file), "this user may read every file");
    var e =
        assertThrows(ElboException.class, () -> RatingsReader.read(file, ReadingOptions.DEFAULT));
    assertTrue(e.getMessage().contains("no permission to read it"), e.getMessage());
  }

  private ElboException read(String text) throws IOException {
    return read(text.getBytes(StandardCharsets.UTF_8));
  }

  private ElboException read(byte[] content) throws IOException {
    Path file = Files.write(folder.resolve("ratings"), content);
    var e =
        assertThrows(ElboException.class, () -> RatingsReader.read(file, ReadingOptions.DEFAULT));
    assertEquals(Optional.of(file), e.file());
    return e;
  }

  private static void assertAt(long line, ElboException e) {
    assertEquals(OptionalLong.of(line), e.line(), e.getMessage());
  }

  private static void assertAt(long line, ElboException e, String message) {
    assertAt(line, e);
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }
}
