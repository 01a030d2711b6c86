package dev.elbo.eval.comparison;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.elbo.testing.Tolerances;
import org.junit.jupiter.api.Test;

class HolmTest {

  private static void adjusts(double[] pValues, double[] expected) {
    assertArrayEquals(expected, Holm.adjusted(pValues), Tolerances.FLOAT64);
  }

  @Test
  void oneTestIsLeftAsItIs() {
    adjusts(new double[] {0.03}, new double[] {0.03});
    adjusts(new double[] {}, new double[] {});
  }

  /** 3 x 0.01, 2 x 0.02, 1 x 0.04. */
  @Test
  void theSmallestIsMultipliedByAllTheNextByOneLess() {
    adjusts(new double[] {0.02, 0.01, 0.04}, new double[] {0.04, 0.03, 0.04});
  }

  /** 3 x 0.01, 2 x 0.03, then 1 x 0.04 is raised to what came before. */
  @Test
  void noneFallsBelowASmallerOne() {
    adjusts(new double[] {0.01, 0.04, 0.03}, new double[] {0.03, 0.06, 0.06});
  }

  @Test
  void noneExceedsOne() {
    adjusts(new double[] {0.6, 0.7}, new double[] {1, 1});
  }
}
