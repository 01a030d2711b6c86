package dev.elbo.cli.options;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PresetsTest {

  @TempDir private Path folder;

  @Test
  void aPresetIsNamedWithoutItsFolderAndEnding() throws IOException {
    Files.createFile(folder.resolve("small.args"));
    Files.createFile(folder.resolve("large.args"));
    Files.createFile(folder.resolve("notes.txt"));
    var presets = new Presets(folder.toFile());
    assertEquals(List.of("large", "small"), presets.names());
    assertArrayEquals(
        new String[] {"train", "@" + folder.resolve("small.args"), "small", "@notes", "@pom.xml"},
        presets.resolve("train", "@small", "small", "@notes", "@pom.xml"));
  }

  /** One's own file is meant where there is one. */
  @Test
  void aFileComesFirst() throws IOException {
    Files.createFile(folder.resolve("pom.xml.args"));
    assertArrayEquals(new String[] {"@pom.xml"}, new Presets(folder.toFile()).resolve("@pom.xml"));
  }

  @Test
  void withoutAFolderThereAreNone() {
    var none = new Presets(new File(""));
    assertEquals(List.of(), none.names());
    assertArrayEquals(new String[] {"@small"}, none.resolve("@small"));
  }
}
