package dev.elbo.eval.comparison;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.random.Philox;
import dev.elbo.random.Philox.Purpose;
import dev.elbo.testing.Tolerances;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SignFlipsTest {

  /**
   * Darwin's maize: heights of crossed less self-fertilised plants, in eighths of an inch. Fisher
   * (1935, section 21) counted that in 863 of the 32,768 ways the sum is as large as found; as many
   * are as small.
   */
  private static final double[] MAIZE = {
    49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48
  };

  private static double pValue(int resamples, double... differences) {
    return SignFlips.pValue(differences, resamples, Philox.stream(5, Purpose.RESAMPLING, 0));
  }

  @Test
  void fewDifferencesAreCountedByHand() {
    assertEquals(1, pValue(100, 3), "+3 and -3 are both as far");
    assertEquals(2 / 8.0, pValue(100, 1, 2, 3), "only +++ and ---");
    assertEquals(4 / 8.0, pValue(100, -1, 2, 3), "the sum is 4: also ++- turned round, and +++");
    assertEquals(1, pValue(100, 1, -1), "no sum is nearer to 0 than 0");
  }

  @Test
  void fishersCount() {
    assertEquals(2 * 863 / 32768.0, pValue(32_768, MAIZE));
  }

  @Test
  void randomSignsComeNearTheCount() {
    double expected = 2 * 863 / 32768.0;
    double standardError = Math.sqrt(expected * (1 - expected) / 20_000);
    assertEquals(expected, pValue(20_000, MAIZE), Tolerances.STANDARD_ERRORS * standardError);
  }

  @Test
  void randomSignsNeverGiveZero() {
    double[] allAhead = new double[40];
    Arrays.fill(allAhead, 1);
    assertEquals(1 / 1001.0, pValue(1000, allAhead));
  }

  @Test
  void noDifferenceSaysNothing() {
    assertEquals(1, pValue(100));
    assertEquals(1, pValue(100, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    assertEquals(2 / 8.0, pValue(8, 0, 1, 0, 2, 0, 3, 0));
  }

  /** 0.1 + 0.2 is not 0.3 to the bit; the ways in which they cancel must count as equal. */
  @Test
  void roundingDoesNotTellEqualSumsApart() {
    assertEquals(pValue(100, 1, 2, 3, 4), pValue(100, 0.1, 0.2, 0.3, 0.4));
    assertEquals(pValue(100, 4, -1, -2, 3), pValue(100, 0.4, -0.1, -0.2, 0.3));
  }

  @Test
  void itDoesNotMatterWhichIsSubtracted() {
    double[] turned = Arrays.stream(MAIZE).map(difference -> -difference).toArray();
    assertEquals(pValue(32_768, MAIZE), pValue(32_768, turned));
    assertEquals(pValue(500, MAIZE), pValue(500, turned));
  }

  /** Of 1000 comparisons of equals, about 5 % come out below 0.05. */
  @Test
  void equalsAreCalledDifferentAsOftenAsItSays() {
    int below = 0;
    for (int trial = 0; trial < 1000; trial++) {
      Philox random = Philox.stream(6, Purpose.SYNTHETIC_DATA, trial);
      double[] differences = new double[50];
      Arrays.setAll(differences, _ -> random.nextGaussian());
      Philox signs = Philox.stream(6, Purpose.RESAMPLING, trial);
      if (SignFlips.pValue(differences, 199, signs) <= 0.05) {
        below++;
      }
    }
    assertTrue(below > 20 && below < 80, below + " of 1000");
  }
}
