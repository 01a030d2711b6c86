package dev.elbo.eval.comparison;

import dev.elbo.random.Philox;
import java.util.Arrays;

/**
 * The paired permutation test: if two models are equally good, a user's two values could as well be
 * exchanged, which changes the sign of the difference. The p-value is the share of all {@code 2^n}
 * ways to choose the signs that give a sum at least as far from 0 as the one found (two-sided).
 * Differences of 0 have no sign and are left out, which does not change the share.
 *
 * <p>All ways are counted if there are no more than resamples are allowed; else {@code R} random
 * ones are drawn, and {@code p = (b + 1) / (R + 1)}, {@code b} of them being as far: what was found
 * is one of the ways, so that p is never 0.
 *
 * <p>Sources: Fisher (1935), The design of experiments, section 21; Good (2005), Permutation,
 * parametric and bootstrap tests of hypotheses; Edgington and Onghena (2007), Randomization tests;
 * the estimate of Davison and Hinkley (1997), Bootstrap methods and their application, section 4.3.
 * Smucker, Allan and Carterette (2007), A comparison of statistical significance tests for
 * information retrieval evaluation, CIKM, recommend it over the signed-rank and sign tests.
 */
final class SignFlips {

  /**
   * Sums that are equal on paper may differ by rounding, by less than this share of their terms.
   */
  private static final double ROUNDING = 1e-12;

  private SignFlips() {}

  /**
   * The two-sided p-value.
   *
   * @param differences one difference per user, {@code [n]}. Not modified.
   * @param resamples the most sums to compute, 1 or more
   * @param random where random signs come from
   */
  static double pValue(double[] differences, int resamples, Philox random) {
    double[] signed = Arrays.stream(differences).filter(difference -> difference != 0).toArray();
    double size = Arrays.stream(signed).map(Math::abs).sum();
    double found = Math.abs(Arrays.stream(signed).sum()) - ROUNDING * size;
    boolean all = signed.length < Integer.SIZE - 1 && 1 << signed.length <= resamples;
    int sums = all ? 1 << signed.length : resamples;
    int asFar = 0;
    for (int one = 0; one < sums; one++) {
      double sum = all ? sum(signed, one) : sum(signed, random);
      if (Math.abs(sum) >= found) {
        asFar++;
      }
    }
    return all ? (double) asFar / sums : (asFar + 1.0) / (sums + 1.0);
  }

  /** The sum with the signs that the bits of a number say. */
  private static double sum(double[] values, int bits) {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += (bits >>> i & 1) == 0 ? values[i] : -values[i];
    }
    return sum;
  }

  /** The sum with random signs. */
  private static double sum(double[] values, Philox random) {
    double sum = 0;
    int bits = 0;
    for (int i = 0; i < values.length; i++) {
      bits = i % Integer.SIZE == 0 ? random.nextInt() : bits >>> 1;
      sum += (bits & 1) == 0 ? values[i] : -values[i];
    }
    return sum;
  }
}
