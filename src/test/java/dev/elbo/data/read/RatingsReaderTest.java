package dev.elbo.data.read;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.elbo.data.Interactions;
import dev.elbo.data.read.RatingsReader.Result;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

public class RatingsReaderTest {
  @TempDir Path folder;

  // The same three ratings in every format.

  static final String DAT = "ann::i7::5::100\nbob::i7::3.5::200\nann::i8::1::300\n";
  static final String TABS = "ann\ti7\t5\t100\nbob\ti7\t3.5\t200\nann\ti8\t1\t300\n";
  static final String CSV =
      "userId,movieId,rating,timestamp\nann,i7,5,100\nbob,i7,3.5,200\nann,i8,1,300\n";
  static final String SEMICOLONS =
      """
      "ISBN";"Title";"User-ID";"timestamp";"Book-Rating"
      "i7";"One; two";"ann";"100";"5"
      "i7";"One; two";"bob";"200";"3.5"
      "i8";"The ""third""\";"ann";"300";"1"
      """;
  static final String TSV_WITH_HEADER =
      "timestamp\titem_id\tuser_id\trating\n100\ti7\tann\t5\n200\ti7\tbob\t3.5\n300\ti8\tann\t1\n";
  static final String JSON_LINES =
      """
      {"reviewerID": "ann", "asin": "i7", "helpful": [0, 1], "overall": 5.0, "unixReviewTime": 100}
      {"reviewerID": "bob", "asin": "i7", "overall": 3.5, "unixReviewTime": 200, "style": {"asin": "x"}}
      {"asin": "i8", "reviewerID": "ann", "overall": 1, "reviewText": "::,;", "unixReviewTime": 300}
      """;

  /** Items are numbers there. */
  static final String NETFLIX = "7:\nann,5,2005-09-06\nbob,3.5,2005-09-07\n8:\nann,1,2005-09-08\n";

  @ParameterizedTest
  @ValueSource(strings = {DAT, TABS, CSV, SEMICOLONS, TSV_WITH_HEADER, JSON_LINES})
  void readsEveryFormat(String text) throws IOException {
    assertIsTheThreeRatings(read(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {DAT, TABS, CSV, SEMICOLONS, TSV_WITH_HEADER, JSON_LINES})
  void readsEveryFormatCompressed(String text) throws IOException {
    Path file = Files.write(folder.resolve("no-matter-what.txt"), gzip(bytes(text)));
    assertIsTheThreeRatings(RatingsReader.read(file, ReadingOptions.DEFAULT));
  }

  @ParameterizedTest
  @ValueSource(strings = {DAT, TABS, CSV, SEMICOLONS, TSV_WITH_HEADER, JSON_LINES})
  void lineEndsBlankLinesAndByteOrderMarkDoNotMatter(String text) throws IOException {
    assertIsTheThreeRatings(read(text.replace("\n", "\r\n")));
    assertIsTheThreeRatings(read(text.replace("\n", "\r")));
    assertIsTheThreeRatings(read("\n \n" + text.replace("\n", "\n\n   \n")));
    assertIsTheThreeRatings(read("\uFEFF" + text));
    assertIsTheThreeRatings(read(text.stripTrailing()));
  }

  private static void assertIsTheThreeRatings(Result result) {
    Interactions read = result.interactions();
    assertEquals(List.of("ann", "bob"), read.userIds());
    assertEquals(List.of("i7", "i8"), read.itemIds());
    assertArrayEquals(new int[] {0, 1, 0}, read.users());
    assertArrayEquals(new int[] {0, 0, 1}, read.items());
    assertArrayEquals(new float[] {5, 3.5f, 1}, read.ratings());
    assertArrayEquals(new long[] {100, 200, 300}, read.times());
    assertEquals(0, result.duplicates());
  }

  @Test
  void saysWhatTheFileWasTakenFor() throws IOException {
    assertEquals("separated by \"::\", without header: user, item, rating, time", format(DAT));
    assertEquals("separated by tabs, without header: user, item", format("ann\ti7\n"));
    assertEquals(
        "separated by commas, with header: userId, movieId, rating, timestamp", format(CSV));
    assertEquals("JSON lines: reviewerID, asin, overall, unixReviewTime", format(JSON_LINES));
  }

  private String format(String text) throws IOException {
    return read(text).provenance().format();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ann::i7\n",
        "ann\ti7\n",
        "user,item\nann,i7\n",
        "{\"user\": \"ann\", \"item\": \"i7\"}\n"
      })
  void ratingAndTimeAreOptional(String text) throws IOException {
    Interactions read = read(text).interactions();
    assertEquals(1, read.size());
    assertFalse(read.hasRatings());
    assertFalse(read.hasTimes());
  }

  @Test
  void timeWithoutRating() throws IOException {
    Interactions read = read("time,user,item\n7,ann,i7\n").interactions();
    assertFalse(read.hasRatings());
    assertArrayEquals(new long[] {7}, read.times());
  }

  @Test
  void takesTheColumnsTheUserNames() throws IOException {
    String text = "who,rating,what,mark\nann,x,i7,4\n";
    var columns = new Columns("who", "what", "mark", null);
    Result result = RatingsReader.read(write(text), ReadingOptions.DEFAULT.with(columns));
    assertEquals(List.of("ann"), result.interactions().userIds());
    assertEquals(List.of("i7"), result.interactions().itemIds());
    assertArrayEquals(new float[] {4}, result.interactions().ratings());
  }

  /** Times of another kind need not keep anybody from a split that does not look at them. */
  @Test
  void leavesColumnsOutWhenAskedTo() throws IOException {
    var columns = new Columns(null, null, Columns.NONE, Columns.NONE);
    for (String text :
        List.of("user,item,rating,time\nann,i7,good,2005-04-02\n", "ann::i7::4::5\n")) {
      Interactions read =
          RatingsReader.read(write(text), ReadingOptions.DEFAULT.with(columns)).interactions();
      assertEquals(List.of("ann"), read.userIds());
      assertFalse(read.hasRatings());
      assertFalse(read.hasTimes());
    }
  }

  @Test
  void takesTheJsonFieldsTheUserNames() throws IOException {
    String text = "{\"who\": 17, \"what\": \"i7\", \"rating\": \"4\"}\n";
    var columns = new Columns("who", "what", null, null);
    Interactions read =
        RatingsReader.read(write(text), ReadingOptions.DEFAULT.with(columns)).interactions();
    assertEquals(List.of("17"), read.userIds());
    assertArrayEquals(new float[] {4}, read.ratings());
  }

  @Test
  void idsAreTakenAsTheyStand() throws IOException {
    Interactions read = read("user,item\n007,\"a, \"\"b\"\"\"\n7,ü\n").interactions();
    assertEquals(List.of("007", "7"), read.userIds());
    assertEquals(List.of("a, \"b\"", "ü"), read.itemIds());
    assertEquals(List.of("\"q"), read("\"q::i\n").interactions().userIds());
    assertEquals(List.of("\""), read("\"\t\"\n").interactions().userIds());
  }

  @Test
  void spacesAroundNumbersDoNotMatter() throws IOException {
    Interactions read = read("user,item,rating,time\na,b, 4.5 , 12 \n").interactions();
    assertArrayEquals(new float[] {4.5f}, read.ratings());
    assertArrayEquals(new long[] {12}, read.times());
  }

  @Test
  void everyRatingIsItsOwnHoweverManyThereAre() throws IOException {
    var text = new StringBuilder();
    for (int n = 0; n < 6000; n++) {
      text.append("u::i%d::%d.5\n".formatted(n, n % 3000));
    }
    float[] ratings = read(text.toString()).interactions().ratings();
    for (int n = 0; n < 6000; n++) {
      assertEquals(n % 3000 + 0.5f, ratings[n]);
    }
  }

  @Test
  void ofDuplicatesTheLastByTimeWins() throws IOException {
    Result result =
        read(
            """
            ann::i7::1::300
            ann::i8::2::100
            ann::i7::3::200
            bob::i7::4::100
            ann::i7::5::300
            """);
    Interactions read = result.interactions();
    assertEquals(2, result.duplicates());
    assertArrayEquals(new float[] {2, 4, 5}, read.ratings(), "and keeps its place");
    assertEquals(List.of("i8", "i7"), read.itemIds(), "numbered by first appearance of what stays");
    assertArrayEquals(new int[] {0, 1, 1}, read.items());
    assertArrayEquals(new int[] {0, 1, 0}, read.users());
  }

  @Test
  void ofDuplicatesWithoutTimeTheLastWins() throws IOException {
    Result result = read("ann::i7::1\nann::i7::2\nann::i7::3\n");
    assertEquals(2, result.duplicates());
    assertArrayEquals(new float[] {3}, result.interactions().ratings());
  }

  @Test
  void hashesTheStoredBytes() throws IOException {
    assertEquals(
        // printf 'a::b\n' | sha256sum
        "73487d9424dc55ab5a7e73277f153e0c2eb76ca6fb378177d4046c65f8186aee",
        read("a::b\n").provenance().files().getFirst().sha256());
  }

  private Result read(String text) throws IOException {
    return RatingsReader.read(write(text), ReadingOptions.DEFAULT);
  }

  private Path write(String text) throws IOException {
    return Files.write(folder.resolve("ratings"), bytes(text));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  public static byte[] gzip(byte[] content) throws IOException {
    var compressed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(compressed)) {
      gzip.write(content);
    }
    return compressed.toByteArray();
  }
}
