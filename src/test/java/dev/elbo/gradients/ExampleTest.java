package dev.elbo.gradients;

import static dev.elbo.gradients.Verdicts.assertRight;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.ComparedDerivative;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.WrongBackward;
import dev.elbo.model.Architecture;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.Objective.NextItemsLoss;
import dev.elbo.model.Objective.Reconstruction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code elbo gradcheck} shows. */
class ExampleTest {

  private static List<Example> examples() {
    return Example.all();
  }

  private static Stream<WrongBackward> mistakes() {
    return examples().stream().flatMap(example -> example.mistakes().stream());
  }

  @Test
  void namesAreGivenOnce() {
    List<String> names =
        Stream.concat(examples().stream().map(Example::name), mistakes().map(WrongBackward::name))
            .toList();
    Set<String> different = new HashSet<>(names);
    assertEquals(names.size(), different.size(), names.toString());
    names.forEach(name -> assertTrue(name.matches("[a-z0-9-]+"), name));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void isRightOnItsOwnShape(Example example) {
    assertRight(example, example.right().apply(example.shape()));
  }

  /** Whatever seed somebody may give. */
  @ParameterizedTest
  @MethodSource("examples")
  void mistakesShowOnItsOwnShape(Example example) {
    assertTrue(example.mistakes().size() >= 2);
    for (WrongBackward mistake : example.mistakes()) {
      for (long seed : new long[] {0, -1, 42, 12345, Long.MAX_VALUE}) {
        Claim claim = mistake.wrong().apply(example.shape().withSeed(seed));
        List<ComparedDerivative> found = GradientCheck.compare(claim, example.form());
        assertFalse(
            found.stream().allMatch(ComparedDerivative::agrees), mistake.name() + ", " + seed);
      }
    }
  }

  /** No gradient passes through what stands in front of the first weights and changes data. */
  private static final Set<Class<?>> WITHOUT_GRADIENT =
      Set.of(LayerSpec.RatingPairs.class, LayerSpec.Mask.class);

  /** What is described in {@code model} has an example here; a new layer is missed by this test. */
  @Test
  void everyLayerAndLossHasAnExample() {
    Set<String> names = examples().stream().map(Example::name).collect(Collectors.toSet());
    for (Class<?> kind : kinds(LayerSpec.class, Reconstruction.class)) {
      String name = kebab(kind.getSimpleName());
      boolean isModel = kind.equals(NextItemsLoss.class); // the multinomial loss of SVAE's steps
      assertTrue(
          WITHOUT_GRADIENT.contains(kind) || isModel || names.contains(name), "no example " + name);
    }
    for (Architecture architecture : Architecture.values()) {
      String name = architecture.readsItems() ? "u-autorec" : architecture.toString();
      assertTrue(names.contains(name), "no example " + name);
    }
  }

  /** A lesson is one of the numbered tests. */
  @Test
  void everyMistakeIsInALesson() throws IOException {
    var lessons = new StringBuilder();
    try (Stream<Path> files = Files.list(Path.of("test", "java", "dev", "elbo", "gradients"))) {
      for (Path file : files.filter(f -> f.getFileName().toString().matches("G\\d.*")).toList()) {
        lessons.append(Files.readString(file));
      }
    }
    mistakes()
        .map(mistake -> "\"%s\"".formatted(mistake.name()))
        .forEach(name -> assertTrue(lessons.indexOf(name) >= 0, "no lesson on " + name));
  }

  /** The records of sealed interfaces. */
  static List<Class<?>> kinds(Class<?>... interfaces) {
    return Stream.of(interfaces)
        .flatMap(
            kind ->
                kind.isInterface()
                    ? kinds(kind.getPermittedSubclasses()).stream()
                    : Stream.<Class<?>>of(kind))
        .toList();
  }

  /** {@code L2Normalize} is l2-normalize. */
  private static String kebab(String name) {
    return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }
}
