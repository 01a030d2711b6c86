package dev.elbo.gradients;

import static dev.elbo.gradients.Verdicts.assertRight;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code elbo gradcheck} shows. */
class ExampleTest {

  private static List<Example> examples() {
    return Example.all();
  }

  private static Stream<Mistake> mistakes() {
    return examples().stream().flatMap(example -> example.mistakes().stream());
  }

  @Test
  void namesAreGivenOnce() {
    List<String> names =
        Stream.concat(examples().stream().map(Example::name), mistakes().map(Mistake::name))
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
    for (Mistake mistake : example.mistakes()) {
      for (long seed : new long[] {0, -1, 42, 12345, Long.MAX_VALUE}) {
        Claim claim = mistake.wrong().apply(example.shape().withSeed(seed));
        List<Comparison> found = GradientCheck.compare(claim, example.form());
        assertFalse(found.stream().allMatch(Comparison::agrees), mistake.name() + ", " + seed);
      }
    }
  }
}
