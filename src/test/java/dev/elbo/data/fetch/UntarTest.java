package dev.elbo.data.fetch;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The tar archive of the Netflix Prize in small: a text, and a tar of a file for each film. */
class UntarTest {
  private static final int BLOCK = 512;

  private static final byte[] FILMS =
      tar(
          entry('5', "training_set/", ""),
          entry('0', "training_set/mv_0000001.txt", "1:\n1488844,3,2005-09-06\n"),
          entry('0', "training_set/mv_0000002.txt", "2:\n822109,5,2005-05-13\n"));

  private static final byte[] PRIZE =
      tar(
          entry('5', "download/", ""),
          entry('0', "download/README", "research only\n"),
          entry('0', "download/training_set.tar", new String(FILMS, US_ASCII)));

  @TempDir Path temp;

  @Test
  void filesComeOutOfTheirFoldersAndAnArchiveWithinAsOneText() throws Exception {
    untar(gzip(PRIZE));
    assertEquals(List.of("README", "training_set.txt"), names());
    assertEquals("research only\n", Files.readString(folder().resolve("README")));
    assertEquals(
        "1:\n1488844,3,2005-09-06\n2:\n822109,5,2005-05-13\n",
        Files.readString(folder().resolve("training_set.txt")));
  }

  @Test
  void oldArchivesMarkFilesWithNothing() throws Exception {
    untar(gzip(tar(entry('\0', "ratings.csv", "user,item\n"))));
    assertEquals("user,item\n", Files.readString(folder().resolve("ratings.csv")));
  }

  @Test
  void linksAndDevicesArePassedOver() throws Exception {
    untar(gzip(tar(entry('2', "link", ""), entry('3', "device", ""), entry('0', "a", "b"))));
    assertEquals(List.of("a"), names());
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../evil", "/evil", "download/../../evil"})
  void noFileLandsElsewhere(String name) throws Exception {
    untar(gzip(tar(entry('0', name, "x"))));
    assertEquals(List.of("evil"), names());
    assertTrue(Files.notExists(temp.resolve("evil")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"download/", "..", "download/..", "."})
  void aFileWithoutANameIsRefused(String name) {
    assertThrows(ZipException.class, () -> untar(gzip(tar(entry('0', name, "x")))));
  }

  /** Within a header, within a file, and where the text of an archive within the archive ends. */
  @ParameterizedTest
  @ValueSource(ints = {100, BLOCK + 100, 4 * BLOCK + 1500})
  void anArchiveThatEndsEarlyIsAnError(int length) {
    byte[] cut = gzip(Arrays.copyOf(PRIZE, length));
    assertThrows(EOFException.class, () -> untar(cut));
  }

  @ParameterizedTest
  @CsvSource({"0, checksum", "148, no number"})
  void aDamagedHeaderIsAnError(int at, String message) {
    byte[] damaged = PRIZE.clone();
    damaged[at] = 'x';
    var error = assertThrows(ZipException.class, () -> untar(gzip(damaged)));
    assertTrue(error.getMessage().contains(message), error.getMessage());
  }

  @Test
  void theChecksumOfTheGzipCounts() {
    byte[] gzip = gzip(PRIZE);
    gzip[gzip.length - 5]++;
    assertThrows(ZipException.class, () -> untar(gzip));
  }

  private void untar(byte[] archive) throws IOException {
    Untar.untar(Files.write(temp.resolve("prize.tar.gz"), archive), folder());
  }

  private Path folder() {
    return temp.resolve("out/prize");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static byte[] tar(byte[]... entries) {
    var bytes = new ByteArrayOutputStream();
    Stream.of(entries).forEach(bytes::writeBytes);
    bytes.writeBytes(new byte[2 * BLOCK]);
    return bytes.toByteArray();
  }

  /** A header, and the content up to the end of its last block. */
  private static byte[] entry(char kind, String name, String content) {
    int blocks = 1 + (content.length() + BLOCK - 1) / BLOCK;
    byte[] entry = new byte[blocks * BLOCK];
    put(entry, 0, name);
    put(entry, 124, "%011o".formatted(content.length()));
    put(entry, 148, " ".repeat(8));
    entry[156] = (byte) kind;
    int sum = 0;
    for (byte b : entry) {
      sum += b;
    }
    put(entry, 148, "%06o\0 ".formatted(sum));
    put(entry, BLOCK, content);
    return entry;
  }

  private static void put(byte[] entry, int at, String text) {
    System.arraycopy(text.getBytes(US_ASCII), 0, entry, at, text.length());
  }

  private static byte[] gzip(byte[] content) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write(content);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }
}
