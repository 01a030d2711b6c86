package dev.elbo.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.engine.AdamOptions.Form;
import dev.elbo.testing.Tolerances;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The updates that a value misses, at once and one by one. */
class MissedUpdatesTest {

  private static final double M = -0.02;
  private static final double V = 3e-4;

  /** Another learning rate in each update, as a warm-up has it. */
  private static AdamOptions adam(Form form, double epsilon, long t) {
    return new AdamOptions(0.01 / (1 + 1e-3 * t), 0.9, 0.999, epsilon, form);
  }

  @ParameterizedTest
  @CsvSource({
    "TENSORFLOW, 1, 1", "TENSORFLOW, 1, 7", "TENSORFLOW, 500, 40", "TENSORFLOW, 500, 3000",
    "PYTORCH, 1, 1", "PYTORCH, 1, 7", "PYTORCH, 500, 40", "PYTORCH, 500, 3000",
  })
  void areOneUpdateWithTheirSummedRate(Form form, int last, int missed) {
    assertSame(form, /* epsilon= */ 1e-10, last, missed, Tolerances.FLOAT64);
  }

  /** Where epsilon is as large as the root of v, its mean takes all but some 1e-5. */
  @ParameterizedTest
  @CsvSource({"1, 7", "500, 40", "500, 3000"})
  void epsilonIsAMean(int last, int missed) {
    assertSame(Form.TENSORFLOW, Math.sqrt(V), last, missed, 1e-5);
  }

  private static void assertSame(
      Form form, double epsilon, int last, int missed, double tolerance) {
    var updates = new MissedUpdates(adam(form, epsilon, last));
    int seen = 3;
    for (int t = last - seen + 1; t <= last; t++) {
      updates.add(adam(form, epsilon, Math.max(t, 1)), Math.max(t, 1));
    }
    double m = M;
    double v = V;
    double moved = 0;
    for (int t = last + 1; t <= last + missed; t++) {
      AdamOptions adam = adam(form, epsilon, t);
      updates.add(adam, t);
      m *= adam.beta1();
      v *= adam.beta2();
      moved -= adam.rate(t) * m / (Math.sqrt(v) + adam.epsilon(t));
    }
    double atOnce = -updates.rate(seen) * M / (Math.sqrt(V) + updates.epsilon(seen));
    assertEquals(moved, atOnce, tolerance * Math.abs(moved), "the value");
    assertEquals(m, updates.firstDecay(seen) * M, Tolerances.FLOAT64 * Math.abs(m), "m");
    assertEquals(v, updates.secondDecay(seen) * V, Tolerances.FLOAT64 * v, "v");
  }

  /** With the paper's constants nine tenths of what a gradient does come in later updates. */
  @Test
  void mostOfAMovementComesLater() {
    AdamOptions adam = AdamOptions.of(1);
    var updates = new MissedUpdates(adam);
    for (int n = 0; n < 500; n++) {
      updates.add(adam, 100_000 + n);
    }
    double atOnce = 1;
    assertEquals(0.9, updates.rate(0) / (atOnce + updates.rate(0)), 1e-3);
  }

  @Test
  void whoHasSeenAllHasMissedNothing() {
    AdamOptions adam = AdamOptions.of(0.1);
    var updates = new MissedUpdates(adam);
    updates.add(adam, 1);
    assertEquals(1, updates.count());
    assertEquals(1, updates.firstDecay(1));
    assertEquals(1, updates.secondDecay(1));
    assertEquals(0, updates.rate(1));
    assertEquals(0, updates.epsilon(1));
  }

  @Test
  void decaysAreThoseThatItBeganWith() {
    var updates = new MissedUpdates(AdamOptions.of(0.1));
    assertTrue(updates.areOf(AdamOptions.of(0.2).with(Form.PYTORCH)));
    assertFalse(updates.areOf(new AdamOptions(0.1, 0.8, 0.999, 1e-8, Form.PYTORCH)));
  }

  /** The movement would grow from update to update. */
  @Test
  void aFirstMomentThatOutlivesTheSecondIsRefused() {
    AdamOptions adam = new AdamOptions(0.1, 0.999, 0.9, 1e-8, Form.PYTORCH);
    String message =
        assertThrows(IllegalArgumentException.class, () -> adam.with(/* otherLazy= */ true))
            .getMessage();
    assertEquals("lazyAdam: expected a beta1 below beta2, found 0.999 and 0.9", message);
  }
}
