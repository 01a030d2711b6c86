package dev.elbo.data.read;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import dev.elbo.data.Interactions;
import dev.elbo.data.read.RatingsReader.Result;
import dev.elbo.data.read.ReadingOptions.Layout;
import dev.elbo.io.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers, layouts and containers of ratings files, and what is none. */
class FormatsTest {
  private static final String TWO = "user,item\nu1,i1\nu2,i2\n";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        user_id:token\titem_id:token\trating:float\ttimestamp:float\ttags:token_seq
        ann\ti7\t5\t9.0\tx y
        """,
        """
        timestamp:float,item_id:token,rating:float,user_id:token
        9.0,i7,5,ann
        """,
        """
        user_id:Token\titem_id:TOKEN\trating:FLOAT\ttimestamp:float
        ann\ti7\t5\t9.0
        """,
        """
        user_id:token item_id:token rating:float timestamp:float
        ann i7 5 9.0
        """
      })
  void headersOfRecBole(String text) throws IOException {
    Interactions read = read(text).interactions();
    assertEquals(List.of("ann"), read.userIds());
    assertEquals(List.of("i7"), read.itemIds());
    assertArrayEquals(new float[] {5}, read.ratings());
    assertArrayEquals(new long[] {9}, read.times());
    var named = new Columns("user_id:token", "item_id", null, null);
    assertEquals(1, read(text, ReadingOptions.DEFAULT.with(named)).interactions().size());
  }

  @Test
  void listsOfItemsInAField() throws IOException {
    String text = "user_id:token\titem_id_list:token_seq\titem_id:token\nu\ti1 i2\ti3\n";
    assertAt(1, "which holds lists", text);
    var named = ReadingOptions.DEFAULT.with(new Columns(null, "item_id", null, null));
    assertEquals(List.of("i3"), read(text, named).interactions().itemIds());
    assertAt(1, "which holds lists", "user_id:token\titem_id:token_seq\nu\ti1 i2\n");
    assertAt(1, "which holds lists", "user_id:token\titem_id:TOKEN_SEQ\nu\ti1 i2\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user,item\n1,2\nuser,item\n3,4\n",
        "user,item\n1,2\n USER, \"Item\" \n3,4\n",
        "who;user;item\n1;2;3\nwho;user;item\n",
        "user_id\titem_id\trating\n1\t2\t3\nuser_id\titem_id\trating\n",
        "user_id:token\titem_id:token\n1\t2\nuser_id:token\titem_id:token\n",
        "userId,itemId\n1,2\nuid,iid\n",
        "userId,itemId\n1,2\nitemId,userId\n",
        "tag,userId,itemId\nx,1,2\nuserId,itemId,tag\n",
        "1\t2\n3\t4\nitem_id\tuser_id\n",
        "user  item\n1 2\nuser item\n",
        "1\t2\n3\t4\nuser_id\titem_id\n",
        "1::2\nuser::item\n"
      })
  void aHeaderFurtherDown(String text) throws IOException {
    long line = text.endsWith("4\n") && !text.startsWith("1") ? 3 : text.lines().count();
    assertAt(line, "names of columns", text);
    Result result = read(text, skipping());
    assertEquals(1, result.provenance().badLines());
    assertTrue(result.provenance().firstBadLine().orElseThrow().contains("line " + line));
  }

  @Test
  void ownNamesFurtherDown() throws IOException {
    var named = ReadingOptions.DEFAULT.with(new Columns("who", "what", null, null));
    Path file = write("who,what\n1,2\nWho,What\n");
    var e = assertThrows(ElboException.class, () -> RatingsReader.read(file, named));
    assertEquals(OptionalLong.of(3), e.line());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "member\\tgame/u1\\ti1/u2\\ti2 ! looks like names",
        "member\\tgame/1\\tchess/2\\tgo ! looks like names",
        "member|game/ann|7/bob|8 ! looks like names",
        "member game/u1 i1/u2 i2 ! looks like names",
        "a::b::c::d/1::2::3::4 ! if the line names columns",
        "member\\tgame\\tmark/1\\t2\\t3 ! if the line names columns",
        "a\\tb\\tc\\td\\te/1\\t2\\t3\\t4\\t5 ! if the line names columns"
      })
  void namesOfColumnsAreNoEvent(String text, String expected) throws IOException {
    String lines = text.replace("\\t", "\t").replace('/', '\n') + "\n";
    assertAt(1, expected, lines);
    assertAt(1, "--user-column", lines);
  }

  @Test
  void aFirstLineThatMayBeAnEventIsTakenForOneAndShown() throws IOException {
    for (String text : List.of("ann\ti1\nbob\ti2\n", "ann\theat\nbob\talien\n", "ann\tx\n")) {
      String first = text.lines().findFirst().orElseThrow().replace("\t", "\\t");
      assertEquals(Optional.of("\"" + first + "\""), read(text).provenance().firstEvent());
    }
    assertEquals(2, read("ann\theat\n1\talien3\nann\tx\n3\ty\n").interactions().size() - 2);
    assertEquals(Optional.empty(), read(TWO).provenance().firstEvent());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user,item,title\nu1, \"i, 1\" ,x\n u1 ,\"i, 1 \",x\nu1,\"  i, 1\",x\n",
        "u1::i, 1\nu1 ::  i, 1\n u1::i, 1 \n",
        "u1|i, 1\nu1 | i, 1\n",
        "user\titem\nu1\ti, 1\n u1 \t\"i, 1 \"\n",
        "{\"user\": \"u1\", \"item\": \"i, 1\"}\n{\"user\": \" u1\", \"item\": \"i, 1 \"}\n",
        "[{\"user\": \"u1\", \"item\": \"i, 1\"}, {\"user\": \" u1\", \"item\": \"i, 1 \"}]"
      })
  void whiteSpaceAroundFieldsIsLayout(String text) throws IOException {
    Interactions read = read(text).interactions();
    assertEquals(List.of("u1"), read.userIds());
    assertEquals(List.of("i, 1"), read.itemIds());
    assertEquals(1, read.size());
  }

  @Test
  void anIdOfBlanksIsEmpty() throws IOException {
    assertAt(2, "item id", "user,item\nu1,  \n");
    assertAt(2, "user id", "user,item\n\"  \",i1\n");
  }

  @Test
  void fieldsSeparatedBySpaces() throws IOException {
    Interactions read = read("u1   i1 5  100\n  u2 i2 \t 4 200  \n\nu1 i2 3 300\n").interactions();
    assertEquals(List.of("u1", "u2"), read.userIds());
    assertArrayEquals(new float[] {5, 4, 3}, read.ratings());
    assertArrayEquals(new long[] {100, 200, 300}, read.times());
    assertAt(2, "3 fields separated by spaces", "u1 i1 5\nu2 i2\n");
  }

  @Test
  void aLineForEachUser() throws IOException {
    var users = new ReadingOptions(Columns.RECOGNISED, Layout.USER_ITEMS, false);
    for (String text : List.of("u1 a b\nu2\nu3  b\n", "u1,a, b\nu2\nu3,b\n", "u1\ta\tb\nu3 b\n")) {
      Interactions read = read(text, users).interactions();
      assertEquals(List.of("u1", "u3"), read.userIds());
      assertEquals(List.of("a", "b"), read.itemIds());
      assertArrayEquals(new int[] {0, 1, 1}, read.items());
    }
    assertAt(1, "--format user-items", "u1 a b c d e\n");
  }

  /** CiteULike's users.dat: the user is the number of the line, from 0. */
  @Test
  void aLineForEachUserWithTheNumberOfItems() throws IOException {
    var counts = new ReadingOptions(Columns.RECOGNISED, Layout.COUNT_ITEMS, false);
    Interactions read = read("2 a b\n0\n1 b\n", counts).interactions();
    assertEquals(List.of("0", "2"), read.userIds());
    assertArrayEquals(new int[] {0, 1, 1}, read.items());
    Path file = write("2 a b\n3 b c\n1 c\n");
    var e = assertThrows(ElboException.class, () -> RatingsReader.read(file, counts));
    assertEquals(OptionalLong.of(2), e.line());
    var skipping = new ReadingOptions(Columns.RECOGNISED, Layout.COUNT_ITEMS, true);
    assertEquals(List.of("0", "2"), RatingsReader.read(file, skipping).interactions().userIds());
  }

  @Test
  void blocksOfAnItemsRatings() throws IOException {
    String text = RatingsReaderTest.NETFLIX;
    for (String same :
        List.of(text, text.replace("\n", "\r\n"), "\n" + text.replace("\n8:", "\n\n8:"))) {
      Interactions read = read(same).interactions();
      assertEquals(List.of("ann", "bob"), read.userIds());
      assertEquals(List.of("7", "8"), read.itemIds());
      assertArrayEquals(new int[] {0, 1, 0}, read.users());
      assertArrayEquals(new int[] {0, 0, 1}, read.items());
      assertArrayEquals(new float[] {5, 3.5f, 1}, read.ratings());
      assertEquals(3, read.times().length);
    }
    var neither = ReadingOptions.DEFAULT.with(new Columns(null, null, "none", "none"));
    assertFalse(read(text, neither).interactions().hasRatings());
    assertFalse(read(text, neither).interactions().hasTimes());
    // Its file of what was to be predicted has no ratings.
    String unrated = text.replace("bob,3.5,", "bob,");
    assertAt(3, "user, rating and date", unrated);
    Result skipped = read(unrated, skipping());
    assertEquals(1, skipped.provenance().badLines());
    assertEquals(List.of("7", "8"), skipped.interactions().itemIds());
    assertAt(3, "a rating", text.replace("3.5", "good"));
  }

  @Test
  void jsonArrays() throws IOException {
    String array =
        """
        [
          {"user": 1, "item": "i1", "rating": 4, "tags": ["x"]},
          {"item": "i2", "user": 2, "rating": 5}
        ]
        """;
    for (String text : List.of(array, array.replaceAll("\\s+", ""))) {
      Result result = read(text);
      assertEquals(List.of("1", "2"), result.interactions().userIds());
      assertArrayEquals(new float[] {4, 5}, result.interactions().ratings());
      assertEquals("JSON array: user, item, rating", result.provenance().format());
    }
    String wide = "[" + "{\"user\": 1, \"item\": 2},".repeat(100_000) + "{\"user\":1,\"item\":3}]";
    assertEquals(2, read(wide).interactions().size(), "a line of any length");
    assertAt(3, "a field \"rating\"", array.replace(", \"rating\": 5", ""));
    assertAt(3, "nothing else", array.replace("5}\n]", "5}").strip());
    assertAt(2, "a field \"rating\"", array.replace("4", "null"));
    assertAt(1, "a field \"rating\"", "{\"user\":1,\"item\":2,\"rating\":null}\n");
    assertAt(1, "nothing else", "[1, 2]");
    assertAt(1, "nothing else", "[{\"user\":1,\"item\":3}] x");
    assertAt(1, "no user in", "[{\"item\":3}]");
  }

  @Test
  void zipsWithOneFile() throws IOException {
    byte[] zip = zip("sub/ratings.csv");
    assertEquals(2, read(zip).interactions().size());
    assertTrue(error(zip("a.csv", "b.csv")).getMessage().contains("found 2 (\"a.csv, b.csv\")"));
    byte[] damaged = zip.clone();
    damaged[zip("sub/ratings.csv").length / 3] ^= 1;
    assertTrue(error(damaged).getMessage().contains("damaged"));
    assertTrue(error(Arrays.copyOf(zip, zip.length - 9)).getMessage().contains("damaged"));
  }

  @ParameterizedTest
  @CsvSource({
    "PAR1\\0, Parquet",
    "SQLite format 3\\0, sqlite3 -header -csv",
    "BZh91AY&SY\\1, bzip2 -dk",
    "\\375\\67\\172XZ\\0, xz -dk",
    "(\\265/\\375\\4, zstd -d",
    "\\211HDF\\15\\12, read_hdf",
    "\\200\\4\\225, read_pickle",
    "ARROW1\\0\\0, read_feather",
    "ORC\\12\\3, read_orc",
    "Obj\\1, fastavro",
    "\\223NUMPY\\1, numpy.load",
    "\\377\\376u\\0, iconv -f UTF-16"
  })
  void otherFilesAreCalledWhatTheyAre(String start, String conversion) throws IOException {
    String bytes = start.translateEscapes();
    ElboException e = error(bytes.getBytes(StandardCharsets.ISO_8859_1));
    assertTrue(e.getMessage().contains(conversion), e.getMessage());
  }

  @Test
  void whatComesThroughAPipeIsToBeAFile() throws IOException {
    for (byte[] content : List.of(zip("a.csv"), "PAR1\0".getBytes(StandardCharsets.UTF_8))) {
      InputStream before = System.in;
      System.setIn(new ByteArrayInputStream(content));
      try {
        var e =
            assertThrows(
                ElboException.class,
                () -> RatingsReader.read(Path.of("-"), ReadingOptions.DEFAULT));
        assertTrue(e.getMessage().contains("write it to a file"), e.getMessage());
      } finally {
        System.setIn(before);
      }
    }
  }

  @Test
  void archivesThatAreOtherFiles() throws IOException {
    assertTrue(error(zip("[Content_Types].xml", "xl/a.xml")).getMessage().contains("Excel"));
    assertTrue(error(zip("indices.npy", "data.npy")).getMessage().contains("load_npz"));
  }

  @Test
  void severalFilesAreOne() throws IOException {
    Path a = Files.writeString(folder.resolve("a.csv"), "user,item,rating\nu1,i1,1\nu2,i1,2\n");
    Path b = Files.writeString(folder.resolve("b.txt"), "u3::i2::3\nu1::i1::4\n");
    Result result = RatingsReader.read(List.of(a, b), ReadingOptions.DEFAULT);
    assertEquals(List.of("u2", "u3", "u1"), result.interactions().userIds());
    assertArrayEquals(new float[] {2, 3, 4}, result.interactions().ratings());
    assertEquals(1, result.duplicates());
    assertEquals(
        List.of("a.csv", "b.txt"),
        result.provenance().files().stream().map(Provenance.StoredFile::name).toList());
    Path c = Files.writeString(folder.resolve("c.csv"), "user,item\nu1,i1\n");
    var e =
        assertThrows(
            ElboException.class, () -> RatingsReader.read(List.of(a, c), ReadingOptions.DEFAULT));
    assertTrue(e.getMessage().contains("c.csv: expected a column of ratings"), e.getMessage());
    Path standardInput = Path.of("-");
    e =
        assertThrows(
            ElboException.class,
            () ->
                RatingsReader.read(List.of(standardInput, standardInput), ReadingOptions.DEFAULT));
    assertTrue(e.getMessage().contains("at most once"), e.getMessage());
    Path d = Files.writeString(folder.resolve("d.csv"), "user,item\nu1,\n");
    e =
        assertThrows(
            ElboException.class, () -> RatingsReader.read(List.of(c, d), ReadingOptions.DEFAULT));
    assertEquals(Optional.of(d), e.file());
  }

  @Test
  void foldersOfParts() throws IOException {
    Path parts = Files.createDirectory(folder.resolve("parts"));
    for (int n : List.of(10, 2, 1)) {
      Files.write(
          parts.resolve("part-%d.csv.gz".formatted(n)),
          RatingsReaderTest.gzip(
              "user,item\nu%d,i\n".formatted(n).getBytes(StandardCharsets.UTF_8)));
    }
    Files.writeString(parts.resolve("part-3.csv.gz"), "");
    Files.writeString(parts.resolve("part-4.csv.gz"), "user,item\n");
    Files.writeString(parts.resolve("_SUCCESS"), "");
    Files.writeString(parts.resolve(".part-1.csv.gz.crc"), "crc");
    Files.writeString(parts.resolve("part-1.csv.gz.crc"), "crc");
    Result result = RatingsReader.read(parts, ReadingOptions.DEFAULT);
    assertEquals(List.of("u1", "u2", "u10"), result.interactions().userIds());
    Files.writeString(parts.resolve("other.csv"), TWO);
    var e =
        assertThrows(ElboException.class, () -> RatingsReader.read(parts, ReadingOptions.DEFAULT));
    assertTrue(e.getMessage().contains("found \"other.csv\""), e.getMessage());
  }

  @Test
  void badLinesAreLeftOutAndCounted() throws IOException {
    String text =
        """
        user,item,rating,time
        u1,i1,4,100
        ,i1,4,100
        u2,i2
        u3,i3,NaN,100
        u4,i4,,100
        u5,i5,4,
        u6,i6,4,soon
        u1,i2,5,101
        """;
    Result result = read(text, skipping());
    assertEquals(6, result.provenance().badLines());
    assertTrue(
        result.provenance().firstBadLine().orElseThrow().contains("line 3: expected user id"));
    assertEquals(List.of("u1"), result.interactions().userIds(), "no id of a line left out");
    assertEquals(List.of("i1", "i2"), result.interactions().itemIds());
    assertAt(3, "--skip-bad-lines", text);
    Result json =
        read("{\"user\":1,\"item\":2}\n{\"user\":1}\n{\n{\"user\":1,\"item\":3}\n", skipping());
    assertEquals(2, json.provenance().badLines());
    assertEquals(2, json.interactions().size());
    assertEquals(0, read(TWO, skipping()).provenance().badLines());
  }

  @Test
  void nothingButBadLines() throws IOException {
    Path file = write("user,item\nu1,\n,i1\n");
    var e = assertThrows(ElboException.class, () -> RatingsReader.read(file, skipping()));
    assertTrue(e.getMessage().contains("found none in 2 lines"), e.getMessage());
  }

  @Test
  void optionsAreJson() {
    var options =
        new ReadingOptions(new Columns("who", null, "none", null), Layout.USER_ITEMS, true);
    String json = Json.text(options);
    assertTrue(json.contains("\"user-items\""), json);
    assertEquals(options, Json.parse(Path.of("options.json"), json, ReadingOptions.class));
  }

  private static ReadingOptions skipping() {
    return new ReadingOptions(Columns.RECOGNISED, Layout.EVENTS, true);
  }

  private Result read(String text) throws IOException {
    return read(text, ReadingOptions.DEFAULT);
  }

  private Result read(String text, ReadingOptions options) throws IOException {
    return RatingsReader.read(write(text), options);
  }

  private Result read(byte[] content) throws IOException {
    return RatingsReader.read(
        Files.write(folder.resolve("ratings"), content), ReadingOptions.DEFAULT);
  }

  private ElboException error(byte[] content) {
    return assertThrows(ElboException.class, () -> read(content));
  }

  private void assertAt(long line, String message, String text) {
    var e = assertThrows(ElboException.class, () -> read(text));
    assertEquals(OptionalLong.of(line), e.line(), e.getMessage());
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("ratings"), text);
  }

  private static byte[] zip(String... names) throws IOException {
    var archive = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(archive)) {
      for (String name : names) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(TWO.getBytes(StandardCharsets.UTF_8));
      }
    }
    return archive.toByteArray();
  }
}
