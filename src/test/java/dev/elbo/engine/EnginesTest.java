package dev.elbo.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnginesTest {

  @Test
  void findsTheReferenceEngine() {
    EngineProvider reference = Engines.byName("reference");
    assertEquals("reference", reference.name());
    assertTrue(reference.unavailable().isEmpty(), "the reference engine runs everywhere");
    assertEquals(1, reference.devices().size());
  }

  /** A provider that {@code META-INF/services} does not name would never be found. */
  @Test
  void everyProviderIsFound() throws IOException {
    Set<String> found =
        Engines.all().stream().map(e -> e.getClass().getSimpleName()).collect(Collectors.toSet());
    try (Stream<Path> files = Files.walk(Path.of("main", "java"))) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith("EngineProvider.java"))
          .map(name -> name.replace(".java", ""))
          .filter(name -> !name.equals(EngineProvider.class.getSimpleName()))
          .forEach(name -> assertTrue(found.contains(name), name));
    }
  }

  /** An engine {@code fast.FastEngineProvider} has a {@code fast.FastEngineTest}, and so on. */
  @ParameterizedTest
  @CsvSource({
    "EngineTest, EngineContract",
    "EngineGoldenTest, GoldenContract",
    "SequenceTest, SequenceContract",
    "ThreadsTest, ThreadsContract"
  })
  void everyEngineKeepsTheContracts(String test, String contract) throws ClassNotFoundException {
    for (EngineProvider provider : ServiceLoader.load(EngineProvider.class)) {
      String engine = provider.getClass().getName().replace("EngineProvider", "");
      assertEquals(
          "dev.elbo.testing." + contract, Class.forName(engine + test).getSuperclass().getName());
    }
  }

  @Test
  void anUnknownNameIsAnErrorThatListsTheKnownOnes() {
    var error = assertThrows(ElboException.class, () -> Engines.byName("abacus"));
    assertTrue(error.getMessage().contains("abacus"), error::getMessage);
    for (EngineProvider provider : Engines.all()) {
      assertTrue(error.getMessage().contains(provider.name()), error::getMessage);
      assertTrue(!provider.description().isEmpty(), provider.name());
    }
  }
}
