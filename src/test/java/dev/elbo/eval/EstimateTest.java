package dev.elbo.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.elbo.ElboException;
import org.junit.jupiter.api.Test;

class EstimateTest {

  /** Mean 0.5; deviations 0.5, 0.5, 0, 0: population variance 0.125, over n = 4, square root. */
  @Test
  void standardErrorIsThePopulationForm() {
    var estimate = Estimate.of(new double[] {0, 1, 0.5, 0.5});
    assertEquals(0.5, estimate.mean());
    assertEquals(Math.sqrt(0.125 / 4), estimate.standardError(), 1e-15);
  }

  @Test
  void onlyFiniteValuesHaveAMean() {
    assertThrows(ElboException.class, () -> Estimate.of(new double[] {1, Double.NaN}));
    assertThrows(ElboException.class, () -> Estimate.of(new double[] {1e200, -1e200}));
  }

  @Test
  void oneUserHasNoSpread() {
    var estimate = Estimate.of(new double[] {0.25});
    assertEquals(0.25, estimate.mean());
    assertEquals(0, estimate.standardError());
  }
}
