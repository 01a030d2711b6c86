package dev.elbo.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSetTest {

  private static final String MANIFEST = "set.json";
  private static final List<String> NAMES = List.of("a.txt", "b.txt");
  private static final String REMEDY = "write it again";

  @TempDir private Path temporary;
  private Path folder;

  /** What {@code set.json} holds. */
  private record Manifest(String version, Map<String, String> sha256) {}

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectory(temporary.resolve("set"));
  }

  /** Writes a set in which every file says which version it is of. */
  private static void write(Path folder, String version) {
    var contents = new LinkedHashMap<String, AtomicFile.Content>();
    NAMES.forEach(name -> contents.put(name, out -> out.write(text(name, version))));
    FileSet.write(folder, contents, MANIFEST, hashes -> new Manifest(version, hashes));
  }

  private static byte[] text(String name, String version) {
    return (name + " of the " + version + " version").getBytes(UTF_8);
  }

  /** The version that is read, of which every file must be. */
  private String read() {
    return FileSet.read(folder, MANIFEST, REMEDY, FileSetTest::read);
  }

  private static String read(FileSet files) {
    String version = files.manifest(Manifest.class).version();
    for (String name : NAMES) {
      String text = files.read(name, (_, in, _) -> new String(in.readAllBytes(), UTF_8));
      assertEquals(new String(text(name, version), UTF_8), text);
    }
    return version;
  }

  private List<String> files() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private void assertSettled() throws IOException {
    FileSet.settle(folder, NAMES, MANIFEST);
    assertEquals(List.of("a.txt", "b.txt", "set.json"), files());
  }

  @Test
  void readsWhatItWroteAndReplacedAndLeavesNothingElse() throws IOException {
    write(folder, "old");
    assertEquals("old", read());
    write(folder, "new");
    assertEquals("new", read());
    assertEquals(List.of("a.txt", "b.txt", "set.json"), files());
  }

  /** Every state that a write passes through, from the first byte to the last rename. */
  @Test
  void aWriteThatIsStoppedAnywhereLeavesTheOldSetOrTheNewOne() throws IOException {
    Path other = Files.createDirectory(temporary.resolve("other"));
    write(folder, "old");
    write(other, "new");
    byte[] a = Files.readAllBytes(other.resolve("a.txt"));

    Files.write(folder.resolve(".a.txt.new"), new byte[] {a[0]});
    assertEquals("old", read());
    Files.write(folder.resolve(".a.txt.new"), a);
    assertEquals("old", read());
    assertSettled();
    assertEquals("old", read());

    Files.write(folder.resolve(".a.txt.new"), a);
    Files.copy(other.resolve("b.txt"), folder.resolve(".b.txt.new"));
    Files.copy(
        other.resolve(MANIFEST),
        folder.resolve("." + MANIFEST + ".01234567-89ab-cdef-0123-456789abcdef.tmp"));
    assertEquals("old", read());

    Files.write(folder.resolve(MANIFEST), Files.readAllBytes(other.resolve(MANIFEST)));
    assertEquals("new", read());
    Files.delete(folder.resolve("a.txt"));
    Files.move(folder.resolve(".a.txt.new"), folder.resolve("a.txt"));
    assertEquals("new", read());
    assertSettled();
    assertEquals("new", read());
  }

  @Test
  void beforeADamagedManifestNothingIsCommitted() throws IOException {
    write(folder, "old");
    Files.move(folder.resolve("a.txt"), folder.resolve(".a.txt.new"));
    Files.writeString(folder.resolve(MANIFEST), "{");
    FileSet.settle(folder, NAMES, MANIFEST);
    assertEquals(List.of("b.txt", "set.json"), files());
  }

  @Test
  void aWriteFinishesTheOneThatWasStoppedBeforeIt() throws IOException {
    write(folder, "old");
    Files.move(folder.resolve("a.txt"), folder.resolve(".a.txt.new"));
    var contents = new LinkedHashMap<String, AtomicFile.Content>();
    contents.put(
        "a.txt",
        _ -> {
          throw new IOException("the disk is full");
        });
    var error =
        assertThrows(
            ElboException.class,
            () -> FileSet.write(folder, contents, MANIFEST, hashes -> new Manifest("new", hashes)));
    assertEquals(
        folder.resolve("a.txt") + ": cannot be written: the disk is full", error.getMessage());
    assertEquals("old", read());
    assertEquals(List.of("a.txt", "b.txt", "set.json"), files());
  }

  @Test
  void aSetThatIsReplacedWhileItIsReadIsReadAgain() {
    write(folder, "old");
    var first = new AtomicBoolean(true);
    String version =
        FileSet.read(
            folder,
            MANIFEST,
            REMEDY,
            files -> {
              if (first.getAndSet(false)) {
                write(folder, "new");
              }
              return read(files);
            });
    assertEquals("new", version);
  }

  @Test
  void aSetThatIsReplacedAgainAndAgainIsAnErrorThatSaysSo() {
    write(folder, "0");
    var error =
        assertThrows(
            ElboException.class,
            () ->
                FileSet.read(
                    folder,
                    MANIFEST,
                    REMEDY,
                    files -> {
                      write(folder, files.manifest(Manifest.class).version() + "'");
                      return read(files);
                    }));
    assertTrue(error.getMessage().contains("replaces the files again and again"));
  }

  @Test
  void anotherFileIsAnErrorThatSaysWhatToDo() throws IOException {
    write(folder, "old");
    Files.write(folder.resolve("b.txt"), text("b.txt", "other"));
    var error = assertThrows(ElboException.class, this::read);
    assertEquals(folder.resolve("b.txt"), error.file().orElseThrow());
    assertTrue(
        error.getMessage().contains("not the one that set.json describes"), error.getMessage());
    assertTrue(error.getMessage().endsWith("; " + REMEDY), error.getMessage());
    Files.delete(folder.resolve("b.txt"));
    assertTrue(
        assertThrows(ElboException.class, this::read).getMessage().contains("cannot be read"));
  }

  /** Of a damaged file it says that it is damaged, and not what its parser stumbles over. */
  @Test
  void whatTheParserSaysOfAnotherFileIsNotHeard() throws IOException {
    write(folder, "old");
    FileSet.Parser<String> strict =
        (file, in, _) -> {
          throw ElboException.in(file, "too long by " + in.readAllBytes().length);
        };
    Runnable parse = () -> FileSet.read(folder, MANIFEST, REMEDY, all -> all.read("a.txt", strict));
    assertTrue(assertThrows(ElboException.class, parse::run).getMessage().contains("too long"));
    Files.write(folder.resolve("a.txt"), text("a.txt", "other"));
    assertTrue(assertThrows(ElboException.class, parse::run).getMessage().contains("SHA-256"));
  }

  @Test
  void aFileWithoutHashIsTaken() throws IOException {
    write(folder, "old");
    Json.write(folder.resolve(MANIFEST), Map.of("version", "old"));
    assertEquals(
        List.of(false, false),
        FileSet.<List<Boolean>>read(
            folder, MANIFEST, REMEDY, files -> NAMES.stream().map(files::isChecked).toList()));
    Files.write(folder.resolve("b.txt"), text("b.txt", "other"));
    assertEquals(
        "b.txt of the other version",
        FileSet.<String>read(
            folder,
            MANIFEST,
            REMEDY,
            files -> files.read("b.txt", (_, in, _) -> new String(in.readAllBytes(), UTF_8))));
  }
}
