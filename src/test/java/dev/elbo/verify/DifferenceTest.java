package dev.elbo.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;

class DifferenceTest {

  @Test
  void isTheLargestAsAShareOfTheSize() {
    double[] expected = {1, -4, 0};
    double[] found = {1, -3.5, 0.25};
    assertEquals(new Difference(1, -4, -3.5, 0.5, 0.125), Difference.between(expected, found, 4));
    assertEquals(
        new Difference(1, 0, 3, 3, 3), Difference.between(new double[2], new double[] {0, 3}, 0));
    assertEquals(new Difference(0, 1, 1, 0, 0), Difference.between(expected, expected, 4));
  }

  @Test
  void nanAndInfinityDiffer() {
    double[] one = {1};
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      Difference difference = Difference.between(one, new double[] {bad}, 1);
      assertFalse(difference.isWithin(1e9));
      assertFalse(difference.isWithin(Double.POSITIVE_INFINITY));
    }
    double[] infinite = {Double.NEGATIVE_INFINITY, 2};
    assertEquals(
        new Difference(1, 2, 1, 1, 0.5),
        Difference.between(infinite, new double[] {Double.NEGATIVE_INFINITY, 1}, 2));
  }
}
