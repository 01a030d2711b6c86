package dev.elbo.data.fetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpHandler;
import dev.elbo.ElboException;
import dev.elbo.data.fetch.Dataset.Packing;
import dev.elbo.data.fetch.DatasetDownload.Result;
import dev.elbo.data.fetch.DatasetDownload.Status;
import dev.elbo.io.FolderLock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetDownloadTest {
  private static final String VERSION = "\"v1\"";

  /** Random bytes do not compress, so the archive is larger than any buffer on the way. */
  private static final byte[] RATINGS = randomBytes(300_000);

  private static final byte[] ZIP = zip("ml-tiny/README", "ml-tiny/ratings.dat");

  @TempDir Path temp;
  private Path out;
  private FileServer server;
  private final List<Long> received = new ArrayList<>();
  private final List<Long> totals = new ArrayList<>();

  @BeforeEach
  void startServer() throws IOException {
    out = temp.resolve("out");
    server = new FileServer();
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void downloadsChecksAndUnpacks() throws Exception {
    server.answer(FileServer.plain(ZIP));

    Result result = fetch(tiny());

    assertEquals(
        new Result(out.resolve("ml-tiny/ratings.dat"), Status.VERIFIED, Optional.empty()), result);
    assertFetched();
    assertEquals(received.stream().sorted().toList(), received);
    assertEquals((long) ZIP.length, received.getLast());
    assertEquals((long) ZIP.length, totals.getLast());
  }

  @Test
  void theTotalIsUnknownIfTheServerDoesNotSay() throws Exception {
    server.answer(
        exchange -> {
          exchange.sendResponseHeaders(200, 0); // 0: chunked
          exchange.getResponseBody().write(ZIP);
          exchange.getResponseBody().close();
        });

    fetch(tiny());

    assertFetched();
    assertEquals(-1L, totals.getLast());
  }

  @Test
  void whatIsThereIsNotFetchedAgain() throws Exception {
    server.answer(FileServer.plain(ZIP));
    fetch(tiny());

    assertEquals(Status.ALREADY_THERE, fetch(tiny()).status());
    assertEquals(1, server.requests.size());
  }

  @Test
  void aFolderThatHoldsSomethingElseIsNotTouched() throws Exception {
    Path mine = Files.createDirectories(out.resolve("ml-tiny")).resolve("mine");
    Files.writeString(mine, "precious");

    assertFails(tiny(), out.resolve("ml-tiny").toString(), "no ratings.dat");

    assertEquals("precious", Files.readString(mine));
    assertTrue(server.requests.isEmpty());
  }

  @Test
  void followsRedirects() throws Exception {
    server.answer(
        exchange -> {
          if (exchange.getRequestURI().getPath().equals("/ml-tiny.zip")) {
            exchange.getResponseHeaders().add("Location", "/moved/here.zip");
            exchange.sendResponseHeaders(302, -1);
          } else {
            FileServer.plain(ZIP).handle(exchange);
          }
        });

    fetch(tiny());

    assertFetched();
    assertEquals(2, server.requests.size());
  }

  @ParameterizedTest
  @CsvSource({"ETag, '\"v1\"'", "Last-Modified, 'Wed, 21 Oct 2015 07:28:00 GMT'"})
  void goesOnWhereTheConnectionBroke(String header, String version) throws Exception {
    int half = ZIP.length / 2;
    server.answer(FileServer.breakingOff(ZIP, half, header, version));
    assertFails(tiny(), server.address("/ml-tiny.zip").toString(), "connection broke", "is kept");
    assertFalse(Files.exists(out.resolve("ml-tiny")));

    server.answer(FileServer.ranges(ZIP, version));
    received.clear();
    fetch(tiny());

    long kept = received.getFirst();
    assertTrue(kept > 0 && kept <= half);
    assertEquals("bytes=" + kept + "-", server.requests.getLast().getFirst("Range"));
    assertEquals(version, server.requests.getLast().getFirst("If-Range"));
    assertEquals((long) ZIP.length, totals.getLast());
    assertFetched();
  }

  @Test
  void startsAnewIfTheServerKnowsNoRanges() throws Exception {
    breakOff("ETag", VERSION);
    server.answer(FileServer.plain(ZIP));
    fetch(tiny());
    assertFetched();
  }

  @Test
  void startsAnewIfTheFileHasChanged() throws Exception {
    breakOff("ETag", "\"v0\"");
    server.answer(FileServer.ranges(ZIP, VERSION));
    fetch(tiny());
    assertFetched();
  }

  @ParameterizedTest
  @CsvSource({"X-Other, v1", "ETag, 'W/\"v1\"'"})
  void startsAnewIfTheVersionIsUncertain(String header, String version) throws Exception {
    breakOff(header, version);
    server.answer(FileServer.ranges(ZIP, version));
    fetch(tiny());
    assertFalse(server.requests.getLast().containsKey("Range"));
    assertFetched();
  }

  @ParameterizedTest
  @CsvSource({"206, bytes 0-9/10", "416, bytes */10"})
  void startsAnewIfTheServerAnswersWithAnotherRange(int status, String range) throws Exception {
    breakOff("ETag", VERSION);
    server.answer(
        exchange -> {
          if (exchange.getRequestHeaders().containsKey("Range")) {
            exchange.getResponseHeaders().add("Content-Range", range);
            FileServer.status(status).handle(exchange);
          } else {
            FileServer.plain(ZIP).handle(exchange);
          }
        });
    fetch(tiny());
    assertFetched();
  }

  @Test
  void aWholeArchiveThatWasNotUnpackedIsNotDownloadedAgain() throws Exception {
    Dataset dataset = tiny(new Dataset.Checksum.Md5Beside());
    server.answer(withMd5(FileServer.status(500)));
    assertFails(dataset, ".md5", "found 500");

    server.answer(withMd5(FileServer.plain(bytes(hash("MD5", ZIP)))));
    received.clear();
    assertEquals(Status.VERIFIED, fetch(dataset).status());

    assertEquals(List.of((long) ZIP.length), received);
    assertFetched();
  }

  @ParameterizedTest
  @CsvSource({"404, may have moved", "403, may have moved", "500, later", "429, later"})
  void aRefusalNamesTheAddressAndTheStatusAndLeavesNothing(int status, String advice) {
    server.answer(FileServer.status(status));
    assertFails(
        tiny(),
        server.address("/ml-tiny.zip").toString(),
        "expected HTTP status 200",
        "" + status,
        advice);
    assertFalse(Files.exists(out));
  }

  @Test
  void aRefusalKeepsWhatHasArrived() throws Exception {
    breakOff("ETag", VERSION);
    server.answer(FileServer.status(503));
    assertFails(tiny(), "503");

    server.answer(FileServer.ranges(ZIP, VERSION));
    fetch(tiny());

    assertTrue(server.requests.getLast().containsKey("Range"));
    assertFetched();
  }

  @Test
  void aServerThatIsNotThereIsNamed() {
    Dataset dataset = tiny();
    server.close();
    assertFails(dataset, dataset.archive().toString(), "accepts no connection", "network");
    assertFalse(Files.exists(out));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSilentServerIsNotWaitedForEndlessly(boolean afterHeaders) {
    var end = new CountDownLatch(1);
    server.answer(
        exchange -> {
          if (afterHeaders) {
            exchange.sendResponseHeaders(200, ZIP.length);
            exchange.getResponseBody().flush();
          }
          try {
            end.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        });
    var download = new DatasetDownload(tiny(), out, Duration.ofMillis(200));
    var error = assertThrows(ElboException.class, () -> download.fetch(this::progress));
    end.countDown();
    assertContains(error, "nothing came");
  }

  @Test
  void aWrongChecksumIsAnErrorAndRemovesTheDownload() throws Exception {
    byte[] other = ZIP.clone();
    other[other.length / 2]++;
    server.answer(FileServer.ranges(other, VERSION));
    assertFails(
        tiny(), "expected SHA-256 " + hash("SHA-256", ZIP), "found " + hash("SHA-256", other));
    assertNothingIn(out);

    server.answer(FileServer.ranges(ZIP, VERSION));
    fetch(tiny());
    assertFetched();
  }

  @ParameterizedTest
  @ValueSource(strings = {"MD5 (ml-tiny.zip) = %s\n", "%s  ml-tiny.zip\n"})
  void readsTheMd5ThatIsPublishedBesideTheArchive(String layout) throws Exception {
    Dataset dataset = tiny(new Dataset.Checksum.Md5Beside());
    server.answer(withMd5(FileServer.plain(bytes(layout.formatted("0".repeat(32))))));
    assertFails(dataset, "expected MD5 " + "0".repeat(32), "found " + hash("MD5", ZIP));

    server.answer(withMd5(FileServer.plain(bytes(layout.formatted(hash("MD5", ZIP))))));
    assertEquals(Status.VERIFIED, fetch(dataset).status());
  }

  @Test
  void comparesWithAnMd5ThatOthersSay() throws Exception {
    server.answer(FileServer.plain(ZIP));
    var wrong = new Dataset.Checksum.Pinned("MD5", "0".repeat(32), "this test");
    assertFails(tiny(wrong), "expected MD5 " + "0".repeat(32), "found " + hash("MD5", ZIP));
    var right = new Dataset.Checksum.Pinned("MD5", hash("MD5", ZIP), "this test");
    assertEquals(Status.VERIFIED, fetch(tiny(right)).status());
    assertFetched();
  }

  @Test
  void saysWhatCameWhereThereIsNoChecksum() {
    server.answer(withMd5(FileServer.status(404)));
    Result result = fetch(tiny(new Dataset.Checksum.Md5Beside()));
    assertEquals(Status.UNVERIFIED, result.status());
    assertEquals(Optional.of(hash("SHA-256", ZIP)), result.sha256());
  }

  @Test
  void anMd5FileWithoutMd5IsAnError() {
    server.answer(withMd5(FileServer.plain(bytes("<html>please log in</html>"))));
    assertFails(tiny(new Dataset.Checksum.Md5Beside()), ".md5", "expected an MD5");
  }

  @Test
  void aGzipIsKeptAsItIs() throws Exception {
    byte[] gzip = gzip(RATINGS);
    server.answer(FileServer.plain(gzip));

    Result result = fetch(reviews());

    assertEquals(Status.UNVERIFIED, result.status());
    assertArrayEquals(gzip, Files.readAllBytes(result.ratings()));
    assertEquals(List.of("tiny-reviews", "tiny-reviews/reviews.json.gz"), files(out));
  }

  @Test
  void aZipThatIsReadAsItIsIsKept() throws Exception {
    byte[] zip = zip("triplets.txt");
    Dataset triplets =
        dataset(
            "tiny-songs",
            Packing.PLAIN,
            "/triplets.txt.zip",
            "triplets.txt.zip",
            new Dataset.Checksum.Unknown());
    server.answer(unframed(Arrays.copyOf(zip, zip.length / 2)));
    assertFails(triplets, "cannot be unpacked", "removed");
    server.answer(FileServer.plain(zip));
    assertArrayEquals(zip, Files.readAllBytes(fetch(triplets).ratings()));
  }

  @Test
  void filesWithoutAFolderGetOne() throws Exception {
    server.answer(FileServer.plain(zip("README", "ratings.csv")));
    fetch(
        dataset(
            "tiny-books",
            Packing.FILES,
            "/books.zip",
            "ratings.csv",
            new Dataset.Checksum.Unknown()));
    assertEquals(List.of("tiny-books", "tiny-books/README", "tiny-books/ratings.csv"), files(out));
  }

  /** Without length and checksum, only what comes out of an archive tells that it is whole. */
  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.5, 0.99})
  void anArchiveThatStopsEarlyIsAnErrorAndRemoved(double share) throws Exception {
    byte[] gzip = gzip(RATINGS);
    server.answer(unframed(Arrays.copyOf(gzip, (int) (share * gzip.length))));
    assertFails(reviews(), "cannot be unpacked", "removed");
    assertNothingIn(out);
    server.answer(unframed(gzip));
    assertArrayEquals(gzip, Files.readAllBytes(fetch(reviews()).ratings()));

    server.answer(unframed(Arrays.copyOf(ZIP, (int) (share * ZIP.length))));
    assertFails(tiny(new Dataset.Checksum.Unknown()), "cannot be unpacked", "removed");
    server.answer(unframed(ZIP));
    assertEquals(Status.UNVERIFIED, fetch(tiny(new Dataset.Checksum.Unknown())).status());
  }

  @Test
  void aGzipWithSomethingElseBehindItIsAnErrorAndRemoved() throws Exception {
    var bytes = new ByteArrayOutputStream();
    bytes.write(gzip(RATINGS));
    bytes.write(bytes("<html>"));
    server.answer(FileServer.plain(bytes.toByteArray()));
    assertFails(reviews(), "cannot be unpacked", "header of a member", "removed");
    assertNothingIn(out);
  }

  /** Its bytes, and the connection's end. */
  private static HttpHandler unframed(byte[] bytes) {
    return exchange -> {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write(bytes);
      exchange.close();
    };
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    var gzip = new ByteArrayOutputStream();
    try (var stream = new GZIPOutputStream(gzip)) {
      stream.write(bytes);
    }
    return gzip.toByteArray();
  }

  @Test
  void aDamagedEntryIsAnErrorAndRemoved() {
    byte[] damaged = ZIP.clone();
    damaged[ZIP.length / 4] ^= 1; // Random bytes are stored as they are: only the CRC tells.
    server.answer(FileServer.plain(damaged));
    assertFails(tiny(new Dataset.Checksum.Unknown()), "ml-tiny/README", "is damaged");
    assertFalse(Files.exists(out));
  }

  /** Zeros shrink to a thousandth. */
  @Test
  void anArchiveThatWouldFillTheDiskIsAnErrorAndRemoved() throws Exception {
    server.answer(FileServer.plain(gzip(new byte[65 << 20])));
    assertFails(reviews(), "more than 64 MiB come out of it", "removed");

    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("ml-tiny/ratings.dat"));
      zip.write(new byte[65 << 20]);
    }
    server.answer(FileServer.plain(bytes.toByteArray()));
    assertFails(tiny(new Dataset.Checksum.Unknown()), "more than 64 MiB come out of it");
    assertFalse(Files.exists(out));
  }

  @Test
  void anArchiveOfTooManyFilesIsAnErrorAndRemoved() throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      for (int n = 0; n <= 10_000; n++) {
        zip.putNextEntry(new ZipEntry("ml-tiny/" + n));
      }
    }
    server.answer(FileServer.plain(bytes.toByteArray()));
    assertFails(tiny(new Dataset.Checksum.Unknown()), "it holds 10,001 files");
  }

  @Test
  void workThatIsLeftBesideTheDataSetGoes() throws Exception {
    server.answer(FileServer.plain(ZIP));
    fetch(tiny());
    Files.writeString(
        Files.createDirectory(out.resolve("ml-tiny.part")).resolve("ml-tiny.zip"), "left");
    assertEquals(Status.ALREADY_THERE, fetch(tiny()).status());
    assertFetched();
  }

  @Test
  void oneAtATimeFetchesADataSet() {
    server.answer(FileServer.plain(ZIP));
    try (FolderLock _ = FolderLock.of(out.resolve("ml-tiny.part"), "the first")) {
      assertFails(tiny(), "ml-tiny.part", "another run is writing here");
    }
  }

  @Test
  void whatIsNoArchiveIsAnErrorAndRemoved() throws Exception {
    server.answer(FileServer.plain(bytes("<html>please log in</html>")));
    assertFails(reviews(), "cannot be unpacked", "removed");
    assertFails(tiny(new Dataset.Checksum.Unknown()), "cannot be unpacked", "removed");
    assertNothingIn(out);
  }

  @Test
  void anArchiveOfSomethingElseIsAnErrorAndRemoved() throws Exception {
    server.answer(FileServer.plain(zip("ml-other/ratings.dat")));
    assertFails(tiny(new Dataset.Checksum.Unknown()), "expected ml-tiny/ratings.dat");
    assertNothingIn(out);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../evil", "ml-tiny/../../../evil", "/TEMP/evil", "ml-tiny/a\0b"})
  void anEntryThatPointsOutsideTheFolderIsRefusedBeforeAnythingIsWritten(String name)
      throws Exception {
    String entry = name.replace("/TEMP", temp.toString());
    byte[] zip = zip("ml-tiny/ratings.dat", entry);
    server.answer(FileServer.plain(zip));

    assertFails(tiny(new Dataset.Checksum.Unknown()), entry.replace("\0", "\\u0000"), "outside");
    assertNothingIn(out);
    assertNothingIn(temp);

    Path archive = Files.write(temp.resolve("archive.zip"), zip);
    assertThrows(IOException.class, () -> Unzip.unzip(archive, temp.resolve("unpacked")));
    assertFalse(Files.exists(temp.resolve("unpacked")));
  }

  @Test
  void aLinkComesOutAsAnOrdinaryFile() throws Exception {
    server.answer(FileServer.plain(withLink(ZIP)));
    Path link = fetch(tiny(new Dataset.Checksum.Unknown())).ratings();
    assertTrue(Files.isRegularFile(link, LinkOption.NOFOLLOW_LINKS));
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed() throws Exception {
    Files.writeString(out, "a file");
    server.answer(FileServer.plain(ZIP));
    assertFails(tiny(), out.toString(), "cannot be made");
  }

  private Result fetch(Dataset dataset) {
    return new DatasetDownload(dataset, out).fetch(this::progress);
  }

  private void progress(long bytes, long total) {
    received.add(bytes);
    totals.add(total);
  }

  /** A first try that ends half way. */
  private void breakOff(String header, String version) {
    server.answer(FileServer.breakingOff(ZIP, ZIP.length / 2, header, version));
    assertFails(tiny(), "connection broke");
    assertTrue(received.getLast() > 0);
  }

  private HttpHandler withMd5(HttpHandler md5) {
    return exchange ->
        (exchange.getRequestURI().getPath().endsWith(".md5")
                ? md5
                : FileServer.ranges(ZIP, VERSION))
            .handle(exchange);
  }

  private Dataset tiny() {
    return tiny(new Dataset.Checksum.Pinned("SHA-256", hash("SHA-256", ZIP), "this test"));
  }

  private Dataset tiny(Dataset.Checksum checksum) {
    return dataset("ml-tiny", Packing.FOLDER, "/ml-tiny.zip", "ratings.dat", checksum);
  }

  private Dataset reviews() {
    return dataset(
        "tiny-reviews",
        Packing.PLAIN,
        "/reviews.json.gz",
        "reviews.json.gz",
        new Dataset.Checksum.Unknown());
  }

  private Dataset dataset(
      String name, Packing packing, String path, String ratings, Dataset.Checksum checksum) {
    return new Dataset(
        name,
        server.address(path),
        packing,
        ratings,
        checksum,
        "free for all",
        URI.create("https://terms.example/"),
        null,
        "",
        null);
  }

  private void assertFails(Dataset dataset, String... parts) {
    assertContains(assertThrows(ElboException.class, () -> fetch(dataset)), parts);
  }

  private static void assertContains(ElboException error, String... parts) {
    for (String part : parts) {
      assertTrue(error.getMessage().contains(part), error.getMessage());
    }
  }

  /** The data set is there, whole, and nothing else is left. */
  private void assertFetched() throws IOException {
    assertEquals(List.of("ml-tiny", "ml-tiny/README", "ml-tiny/ratings.dat"), files(out));
    assertArrayEquals(RATINGS, Files.readAllBytes(out.resolve("ml-tiny/ratings.dat")));
  }

  private static void assertNothingIn(Path folder) throws IOException {
    assertTrue(Files.notExists(folder) || files(folder).isEmpty());
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.skip(1).map(file -> folder.relativize(file).toString()).sorted().toList();
    }
  }

  private static byte[] zip(String... names) {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      for (String name : names) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(RATINGS);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }

  /** Marks the last entry as a symbolic link, in its record of the central directory. */
  private static byte[] withLink(byte[] zip) {
    byte[] linked = zip.clone();
    String text = new String(zip, StandardCharsets.ISO_8859_1);
    int header = text.lastIndexOf("PK\1\2");
    linked[header + 5] = 3; // made on Unix
    linked[header + 41] = (byte) 0xA1; // S_IFLNK | 0777, the high half of the attributes
    linked[header + 40] = (byte) 0xFF;
    return linked;
  }

  private static byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String hash(String algorithm, byte[] data) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(data));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
