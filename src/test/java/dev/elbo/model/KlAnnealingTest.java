package dev.elbo.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.testing.Tolerances;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KlAnnealingTest {

  /** Latent units; the weight does not depend on them unless it is divided by them. */
  private static final int K = 7;

  /** The authors' schedule: {@code min(0.2, t / 200000)}. */
  @ParameterizedTest
  @CsvSource({"0, 0", "1, 5e-6", "20000, 0.1", "39999, 0.199995", "40000, 0.2", "200000, 0.2"})
  void scheduleOfThePaper(long update, double beta) {
    assertEquals(beta, new KlAnnealing.Beta(0.2, 200_000).weight(update, 0, K).value(), 1e-15);
  }

  @Property(seed = "1", tries = 200)
  void risesFromZeroToItsCapAndStaysThere(
      @ForAll @DoubleRange(min = 0.01, max = 2) double cap,
      @ForAll @DoubleRange(min = 0.5, max = 1e6) double updates,
      @ForAll @LongRange(min = 0, max = 1_000_000) long update) {
    KlAnnealing annealing = new KlAnnealing.Beta(cap, updates);
    assertEquals(0, annealing.weight(0, 0, K).value());
    assertTrue(
        annealing.weight(update, 0, K).value() <= annealing.weight(update + 1, 0, K).value(),
        "it never falls");
    assertTrue(annealing.weight(update, 0, K).value() <= cap, "it never exceeds its cap");
    assertEquals(cap, annealing.weight(2_000_001, 0, K).value());
  }

  /** The rule of recommenders-team/recommenders. */
  @Property(seed = "1", tries = 200)
  void overARunTheCapIsReachedAtFourFifths(
      @ForAll @DoubleRange(min = 0.01, max = 2) double cap,
      @ForAll @LongRange(min = 1, max = 100_000) long fifths) {
    KlAnnealing annealing = new KlAnnealing.Beta(cap).over(5 * fifths);
    assertEquals(cap, annealing.weight(4 * fifths, 0, K).value(), Tolerances.FLOAT64 * cap);
    assertEquals(cap / 2, annealing.weight(2 * fifths, 0, K).value(), Tolerances.FLOAT64 * cap);
    assertEquals(cap, annealing.weight(5 * fifths, 0, K).value());
    assertEquals(0, annealing.weight(0, 0, K).value());
  }

  /** What ports count otherwise: the third update of the second epoch, of four updates each. */
  @ParameterizedTest
  @CsvSource({"FROM_ZERO, 6", "FROM_ONE, 7", "EACH_EPOCH, 2"})
  void countsAsThePortDoes(KlAnnealing.Counter counter, int count) {
    KlAnnealing annealing = new KlAnnealing.Beta(0.2, 100.0, counter, /* mean= */ false);
    assertEquals(count / 100.0, annealing.weight(6, 2, K).value());
    assertEquals(0.2, annealing.weight(400, 300, K).value(), "the cap stays");
  }

  @Test
  void aMeanOverUnitsDividesTheWeight() {
    KlAnnealing mean =
        new KlAnnealing.Beta(0.2, 100.0, KlAnnealing.Counter.FROM_ZERO, /* mean= */ true);
    assertEquals(0.1 / 50, mean.weight(10, 0, 50).value());
    assertEquals(0.2 / 50, mean.weight(1000, 0, 50).value());
    assertEquals(0.2 / 50, mean.highest(50).value());
  }

  @Test
  void withoutUpdatesTheCapHoldsFromTheStart() {
    assertEquals(0.2, new KlAnnealing.Beta(0.2, 0).weight(0, 0, K).value());
    assertEquals(0.2, new KlAnnealing.Beta(0.2).over(0).weight(0, 0, K).value());
  }

  @Test
  void aCapOfZeroTurnsTheTermOff() {
    assertEquals(0, new KlAnnealing.Beta(0, 100).weight(50, 0, K).value());
    assertEquals(0, new KlAnnealing.Beta(0).over(100).weight(50, 0, K).value());
  }

  @ParameterizedTest
  @CsvSource({"-0.1, 1", "NaN, 1", "Infinity, 1", "0.2, -1", "0.2, NaN"})
  void negativeValuesAreRefused(double cap, double updates) {
    assertThrows(IllegalArgumentException.class, () -> new KlAnnealing.Beta(cap, updates));
  }
}
