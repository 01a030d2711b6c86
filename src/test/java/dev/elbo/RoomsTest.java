package dev.elbo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A package is a room: one sees all that is in it, and can say in a line what it is for. */
class RoomsTest {

  private static final long MOST_FILES = 25;

  @Test
  void noPackageHasMoreFilesThanOneCanSee() throws IOException {
    Map<Path, Long> crowded = filesOfPackages();
    crowded.values().removeIf(files -> files <= MOST_FILES);
    assertEquals(Map.of(), crowded, "more files than " + MOST_FILES + ": divide the package");
  }

  @Test
  void everyPackageSaysWhatItIsFor() throws IOException {
    for (Path room : filesOfPackages().keySet()) {
      Path description = room.resolve("package-info.java");
      assertTrue(Files.readString(description).startsWith("/**"), description::toString);
    }
  }

  /** How many files each package of the program has, and of the engine that is a module. */
  private static Map<Path, Long> filesOfPackages() throws IOException {
    Map<Path, Long> packages = new TreeMap<>();
    for (Path module : List.of(Path.of("."), Path.of("../tornado/src"))) { // from the tests' own
      try (Stream<Path> files = Files.walk(module.resolve("main/java/dev/elbo"))) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .forEach(file -> packages.merge(file.getParent(), 1L, Long::sum));
      }
    }
    return packages;
  }
}
