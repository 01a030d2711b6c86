package dev.elbo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A package is a room: one sees all that is in it, and can say in a line what it is for. */
class RoomsTest {

  private static final long MOST_FILES = 25;

  @Test
  void noPackageHasMoreFilesThanOneCanSee() throws IOException {
    Map<String, Long> crowded = filesOfPackages();
    crowded.values().removeIf(files -> files <= MOST_FILES);
    assertEquals(Map.of(), crowded, "more files than " + MOST_FILES + ": divide the package");
  }

  @Test
  void everyPackageSaysWhatItIsFor() throws IOException {
    Path root = root();
    for (String room : filesOfPackages().keySet()) {
      Path description = root.resolve(room).resolve("package-info.java");
      assertTrue(Files.readString(description).startsWith("/**"), description::toString);
    }
  }

  /** How many files each package has, by its folder in {@code dev/elbo}. */
  private static Map<String, Long> filesOfPackages() throws IOException {
    Path root = root();
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(file -> root.relativize(file.getParent()).toString().replace('\\', '/'))
          .collect(Collectors.groupingBy(room -> room, TreeMap::new, Collectors.counting()));
    }
  }

  /** The folder of the package {@code dev.elbo}. The tests run in the module's own. */
  private static Path root() {
    return Path.of("main", "java", "dev", "elbo");
  }
}
