package dev.elbo.gradients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.ComparedDerivative;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.GradientCheck.Form;
import dev.elbo.gradients.check.WrongBackward;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What the gradient check is to say. */
final class Verdicts {

  private static final int SEEDS = 20;

  private Verdicts() {}

  /** The check agrees with the claim; if not, the message names layer, tensor and index. */
  static void assertRight(Example example, Claim claim) {
    assertRight(example.name(), claim, example.form());
  }

  static void assertRight(String name, Claim claim, Form form) {
    for (ComparedDerivative comparison : GradientCheck.compare(claim, form)) {
      assertTrue(comparison.agrees(), () -> name + ": " + comparison);
    }
  }

  /**
   * The check rejects a mistake, whatever the values are, and blames those tensors and no others.
   */
  static void assertRejects(Example example, String mistake, String... tensors) {
    WrongBackward wrong =
        example.mistakes().stream().filter(m -> m.name().equals(mistake)).findFirst().orElseThrow();
    for (int seed = 1; seed <= SEEDS; seed++) {
      Claim claim = wrong.wrong().apply(example.shape().withSeed(seed));
      assertEquals(
          new TreeSet<>(Set.of(tensors)),
          wrongTensors(GradientCheck.compare(claim, example.form())),
          "seed " + seed);
    }
  }

  static Set<String> wrongTensors(List<ComparedDerivative> comparisons) {
    Set<String> wrong = new TreeSet<>();
    for (ComparedDerivative comparison : comparisons) {
      if (!comparison.agrees()) {
        wrong.add(comparison.tensor());
      }
    }
    return wrong;
  }
}
