package dev.elbo.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import dev.elbo.data.read.ReadingOptions;
import dev.elbo.data.split.SplitTest;
import dev.elbo.io.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PreparedDataTest {
  private static final List<String> FILES =
      List.of(
          "data.json",
          "data.safetensors",
          "items.txt",
          "test-users.txt",
          "train-users.txt",
          "validation-users.txt");

  @TempDir private Path folder;
  private Path directory;

  @BeforeEach
  void setUp() {
    directory = folder.resolve("data");
  }

  private static List<Split> splits() {
    var users = new HeldOutUsers(0.2);
    return List.of(
        new Split.Strong(users, 0.2, 98765),
        new Split.Weak(0.2, 98765),
        new Split.Temporal(users, 0.2, 98765));
  }

  private static PreparedData example(Split split) {
    return SplitTest.prepare(
        split,
        SplitTest.interactions(
            "1a 2a 3b 4a 5a 1c 2c 3c 4é 5é 1b 2b 3d 4b 5b 1d 2e 3e 4d 5d 1f 2f 3f 4e 5f"));
  }

  private static PreparedData example() {
    return example(splits().getFirst());
  }

  @ParameterizedTest
  @MethodSource("splits")
  void readsWhatItWrote(Split split) throws IOException {
    PreparedData written = example(split);
    written.write(directory);
    assertEquals(FILES, names(directory));

    PreparedData read = PreparedData.read(directory);
    assertEquals(written.description(), read.description());
    assertEquals(written.itemIds(), read.itemIds());
    assertEquals(written.trainUserIds(), read.trainUserIds());
    assertEquals(written.validation().userIds(), read.validation().userIds());
    assertEquals(written.test().userIds(), read.test().userIds());
    assertArrayEquals(written.train().indptr(), read.train().indptr());
    assertArrayEquals(written.train().indices(), read.train().indices());
    assertArrayEquals(written.train().sequence(), read.train().sequence());
    assertEquals(split instanceof Split.Temporal, read.test().foldIn().hasOrder());
    assertEquals(written.sha256(), read.sha256());
    assertEquals(written.sha256(), Sha256.of(directory.resolve("data.safetensors")));
  }

  @Test
  void whatOlderFilesDoNotSayIsTheDefault() throws IOException {
    example().write(directory);
    Path json = directory.resolve("data.json");
    String older =
        Files.readString(json)
            .replaceFirst("(?s),\\s*\"badLinesDropped\".*?\\}.*?\\}", "")
            .replaceAll("(?s)\\s*\"droppedBy(Filter|Split)\" : \\[.*?\\],", "")
            .replaceFirst(",\\s*\"documentSha256\".*", "");
    for (String name : List.of("ropped\" : [", "badLines", "reading", "documentSha256")) {
      assertTrue(!older.contains(name), older);
    }
    Files.writeString(json, older);
    DataDescription read = PreparedData.read(directory).description();
    assertEquals(ReadingOptions.DEFAULT, read.source().reading());
    assertEquals(0, read.source().badLinesDropped());
    assertEquals(List.of(), read.droppedByFilter());
  }

  @Test
  void theSameDataGivesTheSameBytes() throws IOException {
    Path other = folder.resolve("missing").resolve("other");
    example().write(directory);
    example().write(other);
    for (String name : FILES) {
      assertArrayEquals(
          Files.readAllBytes(directory.resolve(name)), Files.readAllBytes(other.resolve(name)));
    }
  }

  @Test
  void replacesPreparedDataAndEmptyFolders() throws IOException {
    Files.createDirectory(directory);
    example(splits().get(0)).write(directory);
    example(splits().get(1)).write(directory);
    assertEquals(splits().get(1), PreparedData.read(directory).description().split());
    assertEquals(List.of("data"), names(folder), "nothing else is left behind");
  }

  @Test
  void leavesOtherFoldersAlone() throws IOException {
    example(splits().get(0)).write(directory);
    Files.writeString(directory.resolve("thesis.txt"), "three years of work");
    assertMessage("other than prepared data (thesis.txt)", () -> example().write(directory));
    assertEquals("three years of work", Files.readString(directory.resolve("thesis.txt")));
    assertEquals(List.of("data"), names(folder));

    Files.delete(directory.resolve("data.json"));
    Files.delete(directory.resolve("thesis.txt"));
    assertMessage("other than prepared data (data.safetensors)", () -> example().write(directory));

    Path file = Files.writeString(folder.resolve("file"), "text");
    assertMessage("found a file", () -> example().write(file));
    assertEquals("text", Files.readString(file));
  }

  @Test
  void idsWithLineBreaksAreNotWritten() {
    PreparedData example = example();
    var ids = new String[example.itemIds().size()];
    Arrays.fill(ids, "two\nlines");
    var broken =
        new PreparedData(
            example.train(),
            example.trainUserIds(),
            List.of(ids),
            example.validation(),
            example.test(),
            example.description());
    assertThrows(IllegalArgumentException.class, () -> broken.write(directory));
    assertTrue(Files.notExists(directory));
  }

  /** A file, what in it is replaced by what, and which file the error names for which reason. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = true,
      textBlock =
          """
          items.txt      | ^.*$     | ''     | items.txt        | not the one that data.json describes
          items.txt      | ^a       | q      | items.txt        | not the one that data.json describes
          test-users.txt | $        | 9\\n   | test-users.txt   | ; prepare the data again
          data.json      | "items.txt" : | "item.txt" : | data.json | expected the SHA-256 of items.txt
          data.json      | ^        | x      | data.json        | not the JSON of a Manifest
          data.json      | "filter" : [{].*?[}] | "filter" : null | data.json | filter
          data.json      | strong   | odd    | data.json        | not the JSON of a Description
          data.json      | "events" | "e"    | data.json        | not the JSON of a Description
          data.json      | "holdout" : 0.2 | "holdout" : 2 | data.json | holdout: expected
          data.json      | "formatVersion" : 1 | "formatVersion" : 2 | data.json | found version 2
          data.json      | .*       | {}     | data.json        | formatVersion
          """)
  void inconsistenciesAreErrors(
      String file, String pattern, String replacement, String culprit, String message)
      throws IOException {
    example().write(directory);
    Path path = directory.resolve(file);
    String text = Files.readString(path).replaceFirst(",\\s*\"documentSha256\" : \".*?\"", "");
    String changed =
        text.replaceFirst("(?s)" + pattern.translateEscapes(), replacement.translateEscapes());
    Files.writeString(path, changed);
    var error = assertThrows(ElboException.class, () -> PreparedData.read(directory));
    assertEquals(directory.resolve(culprit), error.file().orElseThrow());
    assertTrue(error.getMessage().contains(message), error.getMessage());
  }

  @Test
  void missingFilesAreErrors() throws IOException {
    example().write(directory);
    for (String name : FILES) {
      byte[] content = Files.readAllBytes(directory.resolve(name));
      Files.delete(directory.resolve(name));
      assertMessage(name + ": cannot be read", () -> PreparedData.read(directory));
      Files.write(directory.resolve(name), content);
    }
  }

  /** Only the description's words can change unnoticed. */
  @Test
  void damageIsNoticed() throws IOException {
    PreparedData example = example();
    example.write(directory);
    var random = new Random(51);
    for (int n = 0; n < 200; n++) {
      Path file = directory.resolve(FILES.get(random.nextInt(FILES.size())));
      byte[] intact = Files.readAllBytes(file);
      byte[] damaged = intact.clone();
      int at = random.nextInt(intact.length);
      damaged[at] ^= (byte) (1 + random.nextInt(255));
      Files.write(file, random.nextBoolean() ? damaged : Arrays.copyOf(intact, at));
      try {
        PreparedData read = PreparedData.read(directory);
        assertEquals("data.json", file.getFileName().toString());
        assertEquals(example.sha256(), read.sha256());
      } catch (ElboException e) {
        assertTrue(e.file().orElseThrow().startsWith(directory));
      }
      Files.write(file, intact);
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static void assertMessage(String part, Runnable action) {
    var error = assertThrows(ElboException.class, action::run);
    assertTrue(error.getMessage().contains(part), error.getMessage());
  }
}
