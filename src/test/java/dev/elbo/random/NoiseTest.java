package dev.elbo.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.testing.Tolerances;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoiseTest {

  private static final int USERS = 500;
  private static final int UNITS = 200;
  private static final int DROPOUT = 1;
  private static final int GAUSSIAN = 5;

  private final Noise noise = Noise.of(42, 7);

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.5, 0.9})
  void dropoutDropsItsShare(double rate) {
    int dropped = 0;
    for (int user = 0; user < USERS; user++) {
      for (int item = 0; item < UNITS; item++) {
        dropped += noise.keeps(DROPOUT, user, item, rate) ? 0 : 1;
      }
    }
    double draws = USERS * UNITS;
    double standardError = Math.sqrt(rate * (1 - rate) / draws);
    assertEquals(rate, dropped / draws, Tolerances.STANDARD_ERRORS * standardError);
  }

  @Test
  void epsilonIsStandardNormal() {
    PhiloxTest.assertStandardNormal(epsilons(noise, GAUSSIAN, 0, USERS));
  }

  /** The same distance apart in any of the four words of the counter, and nothing in common. */
  @Test
  void neighboursAreNotCorrelated() {
    double[] draws = epsilons(noise, GAUSSIAN, 0, USERS);
    assertNotCorrelated("users", draws, epsilons(noise, GAUSSIAN, 1, USERS));
    assertNotCorrelated("updates", draws, epsilons(Noise.of(42, 8), GAUSSIAN, 0, USERS));
    assertNotCorrelated("seeds", draws, epsilons(Noise.of(43, 7), GAUSSIAN, 0, USERS));
    assertNotCorrelated("layers", draws, epsilons(noise, GAUSSIAN + 1, 0, USERS));
    for (int apart : new int[] {1, 2, 3, 4}) {
      assertNotCorrelated(
          "units",
          Arrays.copyOf(draws, draws.length - apart),
          Arrays.copyOfRange(draws, apart, draws.length));
    }
  }

  /** The mean product of independent standard normal values is 0, with variance 1 / n. */
  private static void assertNotCorrelated(String what, double[] left, double[] right) {
    double correlation = GradientCheck.dot(left, right) / left.length;
    assertEquals(0, correlation, Tolerances.STANDARD_ERRORS / Math.sqrt(left.length), what);
  }

  @Test
  void dropoutOfNeighboursIsNotCorrelated() {
    int both = 0;
    for (int user = 0; user < USERS; user++) {
      for (int item = 0; item < UNITS; item++) {
        boolean kept = noise.keeps(DROPOUT, user, item, 0.5);
        both += kept && noise.keeps(DROPOUT, user, item + 1, 0.5) ? 1 : 0;
        both += kept && noise.keeps(DROPOUT, user + 1, item, 0.5) ? 1 : 0;
      }
    }
    double pairs = 2.0 * USERS * UNITS;
    assertEquals(0.25, both / pairs, Tolerances.STANDARD_ERRORS * Math.sqrt(0.25 * 0.75 / pairs));
  }

  @Test
  void drawsAreTheSameInAnyOrder() {
    boolean[] forward = new boolean[UNITS];
    boolean[] backward = new boolean[UNITS];
    for (int item = 0; item < UNITS; item++) {
      forward[item] = noise.keeps(DROPOUT, 3, item, 0.5);
    }
    Noise again = Noise.of(42, 7);
    for (int item = UNITS - 1; item >= 0; item--) {
      backward[item] = again.keeps(DROPOUT, 3, item, 0.5);
    }
    assertArrayEquals(forward, backward);

    double[] ascending = epsilons(noise, GAUSSIAN, 2, 2);
    double[] third = epsilons(again, GAUSSIAN, 3, 1);
    assertArrayEquals(third, Arrays.copyOfRange(ascending, UNITS, 2 * UNITS));
  }

  /** Four units share a block, and the last block may serve fewer. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 7, 8, 101})
  void unitsTogetherAreKeptAsEachIsAlone(int width) {
    for (Noise each :
        List.of(noise, noise.scaled(2), noise.withoutDropout(), Noise.NONE, Noise.sampling(42))) {
      for (double rate : new double[] {0, 0.3, 0.5}) {
        boolean[] alone = new boolean[width];
        for (int unit = 0; unit < width; unit++) {
          alone[unit] = each.keeps(DROPOUT, 3, unit, rate);
        }
        boolean[] together = new boolean[width];
        each.keeps(DROPOUT, 3, rate, together);
        assertArrayEquals(alone, together);
      }
    }
  }

  /** The draws of a unit do not depend on how many units there are. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
  void epsilonOfANarrowerLayerIsAPrefix(int latent) {
    double[] narrow = new double[latent];
    noise.epsilon(GAUSSIAN, 3, narrow);
    assertArrayEquals(Arrays.copyOf(epsilons(noise, GAUSSIAN, 3, 1), latent), narrow);
  }

  @Test
  void dropoutDependsOnSeedUpdateLayerAndUser() {
    long reference = mask(noise, DROPOUT, 3);
    long[] others = {
      mask(Noise.of(43, 7), DROPOUT, 3),
      mask(Noise.of(42, 8), DROPOUT, 3),
      mask(noise, DROPOUT + 1, 3),
      mask(noise, DROPOUT, 4)
    };
    for (long other : others) {
      int differing = Long.bitCount(reference ^ other); // 32 of 64 to be expected
      assertTrue(differing > 10 && differing < 54, () -> differing + " of 64 differ");
    }
    assertEquals(reference, mask(Noise.of(42, 7), DROPOUT, 3));
  }

  /** They are none of dropout's, which has the same counter but for the layer. */
  @Test
  void uniformDrawsAreUniform() {
    int draws = 10_000;
    double[] drawn = IntStream.range(0, draws).mapToDouble(noise::uniform).toArray();
    double[] others = IntStream.range(0, draws).mapToDouble(Noise.of(42, 8)::uniform).toArray();
    double deviation = Math.sqrt(1 / 12.0 / draws);
    double mean = Arrays.stream(drawn).average().orElseThrow();
    assertEquals(0.5, mean, Tolerances.STANDARD_ERRORS * deviation);
    double both = 0;
    for (int n = 0; n < draws; n++) {
      assertTrue(drawn[n] > 0 && drawn[n] < 1);
      both += 12 * (drawn[n] - 0.5) * (others[n] - 0.5) / draws;
    }
    assertEquals(0, both, Tolerances.STANDARD_ERRORS / Math.sqrt(draws), "updates");
    assertEquals(drawn[7], noise.withoutDropout().scaled(2).uniform(7));
  }

  @Test
  void noneKeepsEverythingAndHasNoEpsilon() {
    double[] epsilon = {1, 2, 3};
    Noise.NONE.epsilon(GAUSSIAN, 0, epsilon);
    assertArrayEquals(new double[3], epsilon);
    assertTrue(Noise.NONE.keeps(DROPOUT, 0, 0, 0.99));
    assertTrue(Noise.NONE.dropsNothing());
    assertEquals(0.5, Noise.NONE.uniform(3));
    assertFalse(noise.dropsNothing());
  }

  @Test
  void scaledNoiseHasTheSameDrawsAndAnotherDeviation() {
    double[] standard = epsilons(noise, GAUSSIAN, 0, 3);
    double[] scaled = epsilons(noise.scaled(0.01), GAUSSIAN, 0, 3);
    for (int n = 0; n < standard.length; n++) {
      assertEquals(0.01 * standard[n], scaled[n]);
    }
    assertEquals(mask(noise, DROPOUT, 3), mask(noise.scaled(0.01), DROPOUT, 3));
    assertFalse(noise.scaled(0.01).dropsNothing());
    assertTrue(Noise.NONE.scaled(0.01).dropsNothing());
    assertSame(noise, noise.scaled(1));
  }

  @Test
  void samplingDropsNothingAndHasAnEpsilonThatIsNotTrainings() {
    Noise sampling = Noise.sampling(42);
    assertTrue(sampling.dropsNothing());
    assertTrue(sampling.keeps(DROPOUT, 0, 0, 0.99));
    double[] draws = epsilons(sampling, GAUSSIAN, 0, USERS);
    PhiloxTest.assertStandardNormal(draws);
    assertArrayEquals(draws, epsilons(Noise.sampling(42), GAUSSIAN, 0, USERS));
    assertNotCorrelated("updates", draws, epsilons(Noise.of(42, 0), GAUSSIAN, 0, USERS));
  }

  private static double[] epsilons(Noise noise, int layer, int firstUser, int users) {
    double[] all = new double[users * UNITS];
    double[] epsilon = new double[UNITS];
    for (int user = 0; user < users; user++) {
      noise.epsilon(layer, firstUser + user, epsilon);
      System.arraycopy(epsilon, 0, all, user * UNITS, UNITS);
    }
    return all;
  }

  private static long mask(Noise noise, int layer, int user) {
    long mask = 0;
    for (int item = 0; item < Long.SIZE; item++) {
      mask |= noise.keeps(layer, user, item, 0.5) ? 1L << item : 0;
    }
    return mask;
  }
}
