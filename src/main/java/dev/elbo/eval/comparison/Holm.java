package dev.elbo.eval.comparison;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Holm's adjustment of several p-values: of {@code m} in ascending order the {@code j}-th, counted
 * from 0, becomes {@code (m - j) p_j}, at least as large as the one before and at most 1. To call
 * those below 0.05 more than noise is wrong about any of them in at most 5 % of cases, however the
 * tests depend on each other.
 *
 * <p>Source: Holm (1979), A simple sequentially rejective multiple test procedure, Scandinavian
 * Journal of Statistics 6.
 */
final class Holm {

  private Holm() {}

  /**
   * The adjusted p-values.
   *
   * @param pValues p-values, in any order. Not modified.
   * @return theirs, in the same order
   */
  static double[] adjusted(double[] pValues) {
    List<Integer> ascending =
        IntStream.range(0, pValues.length)
            .boxed()
            .sorted(Comparator.comparingDouble(test -> pValues[test]))
            .toList();
    double[] adjusted = new double[pValues.length];
    double least = 0;
    for (int j = 0; j < pValues.length; j++) {
      int test = ascending.get(j);
      least = Math.max(least, Math.min(1, (pValues.length - j) * pValues[test]));
      adjusted[test] = least;
    }
    return adjusted;
  }
}
