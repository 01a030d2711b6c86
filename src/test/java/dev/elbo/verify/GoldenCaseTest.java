package dev.elbo.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.model.Architecture;
import dev.elbo.model.LayerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What no golden case has, no outside program vouches for. */
class GoldenCaseTest {

  @Test
  void everyModelHasACase() {
    Set<Architecture> found = EnumSet.noneOf(Architecture.class);
    for (String name : GoldenCase.NAMES) {
      Arrays.stream(Architecture.values())
          .filter(architecture -> name.startsWith(prefix(architecture)))
          .forEach(found::add);
    }
    assertEquals(EnumSet.allOf(Architecture.class), found);
  }

  private static String prefix(Architecture architecture) {
    return architecture + "-";
  }

  @Test
  void everyLayerIsInACase() {
    Set<Class<?>> found = new HashSet<>();
    for (String name : GoldenCase.NAMES) {
      GoldenCase.of(name).model().layers().forEach(layer -> found.add(layer.getClass()));
    }
    assertEquals(records(LayerSpec.class), found);
  }

  /** Whoever writes a file lists it, and says in the README what is special about it. */
  @Test
  void everyFileIsACaseThatIsDescribed() throws IOException {
    Path folder = Path.of("..", "reference-results", "golden");
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(
          Set.copyOf(GoldenCase.NAMES),
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".safetensors"))
              .map(name -> name.replace(".safetensors", ""))
              .collect(Collectors.toSet()));
    }
    String readme = Files.readString(folder.resolve("README.md"));
    for (String name : GoldenCase.NAMES) {
      assertTrue(readme.contains("`" + name + "`"), name);
    }
  }

  private static Set<Class<?>> records(Class<?> kind) {
    if (!kind.isInterface()) {
      return Set.of(kind);
    }
    Set<Class<?>> records = new HashSet<>();
    Stream.of(kind.getPermittedSubclasses()).forEach(part -> records.addAll(records(part)));
    return records;
  }
}
