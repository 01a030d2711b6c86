package dev.elbo.verify;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.gradients.ModelCase;
import dev.elbo.gradients.check.ComparedDerivative;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.GradientCheck.Form;
import dev.elbo.testing.Tolerances;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayTest {

  static Stream<GoldenCase> cases() {
    return GoldenCase.NAMES.stream()
        .map(GoldenCase::of)
        .filter(golden -> !Mistake.all(golden).isEmpty());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void withoutMistakesItGivesTheGoldenTensors(GoldenCase golden) {
    Map<String, double[]> replayed = Replay.of(golden, Set.of(), golden.tensors().keySet());
    assertEquals(golden.tensors().keySet(), replayed.keySet());
    golden
        .tensors()
        .keySet()
        .forEach(
            name -> {
              Difference difference = golden.difference(name, replayed.get(name));
              assertTrue(
                  difference.relative() <= Tolerances.FLOAT64, () -> name + ": " + difference);
            });
  }

  /**
   * A mistake of the forward pass goes on into the gradient as autograd would take it: with the
   * mistake, too, the gradient is that of the loss.
   */
  @ParameterizedTest
  @MethodSource("cases")
  void aMistakenLossHasItsOwnGradient(GoldenCase golden) {
    for (Mistake mistake : Mistake.all(golden)) {
      if (!mistake.kind().change.isOfGradient()) {
        ModelCase asked = mistake.in(golden.asked());
        List<ComparedDerivative> slopes =
            GradientCheck.compare(asked.claim(asked.gradients()), Form.ONE_DIRECTION);
        double steepest =
            slopes.stream().mapToDouble(slope -> Math.abs(slope.numeric())).max().orElseThrow();
        for (ComparedDerivative slope : slopes) {
          double allowed = Math.max(10 * slope.allowed(), 1e-6 * steepest);
          assertTrue(slope.difference() <= allowed, () -> mistake + ": " + slope);
        }
      }
    }
  }

  /**
   * Whatever somebody has wrong already, each other mistake is tried beside it: none may fail.
   * Every fifth pair, up to the gradients.
   */
  @ParameterizedTest
  @ValueSource(strings = {"mult-vae-small", "recvae-small"})
  void anyTwoMistakesCanBeMadeTogether(String name) {
    GoldenCase golden = GoldenCase.of(name);
    List<Mistake> once =
        Mistake.all(golden).stream().filter(mistake -> mistake.at().isEmpty()).toList();
    Set<String> wanted = Set.of("scores", "loss", "gradient.%s".formatted(last(golden)));
    for (int pair = 0; pair < once.size() * once.size(); pair += 5) {
      Mistake first = once.get(pair / once.size());
      Mistake second = once.get(pair % once.size());
      Set<Mistake> both = new LinkedHashSet<>(List.of(first, second));
      assertDoesNotThrow(() -> Replay.of(golden, both, wanted), () -> first + ", " + second);
    }
  }

  private static String last(GoldenCase golden) {
    return golden.model().parameters().getLast().name();
  }

  static List<String> differing(GoldenCase golden, Mistake mistake) {
    Map<String, double[]> replayed = Replay.of(golden, Set.of(mistake), golden.tensors().keySet());
    return golden.tensors().keySet().stream()
        .filter(
            name ->
                !golden
                    .difference(name, replayed.get(name))
                    .isWithin(Verification.FLOAT64_TOLERANCE))
        .toList();
  }

  @Test
  void mistakesAreSaidInDifferentWords() {
    List<String> words =
        Arrays.stream(Kind.values()).map(kind -> new Mistake(kind, "x").says()).toList();
    assertEquals(words.size(), Set.copyOf(words).size());
  }
}
