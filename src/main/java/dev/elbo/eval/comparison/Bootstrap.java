package dev.elbo.eval.comparison;

import dev.elbo.random.Philox;
import java.util.Arrays;

/**
 * The percentile bootstrap: how far a mean would vary if the users were drawn again. Each resample
 * draws {@code n} of the {@code n} values with replacement; of the {@code R} means in ascending
 * order, the {@code k}-th and the {@code (R + 1 - k)}-th are the ends of the interval, {@code k =
 * floor((R + 1)(1 - confidence) / 2)}. No distribution is assumed. With fewer than some 30 values
 * the interval is too short: see the source.
 *
 * <p>Source: Efron and Tibshirani (1993), An introduction to the bootstrap, section 13.3; the ranks
 * as in section 12.5.
 */
final class Bootstrap {

  private Bootstrap() {}

  /**
   * A confidence interval of the mean.
   *
   * @param values one value per user, {@code [n]}, at least one. Not modified.
   * @param confidence how often such intervals are to hold the true mean, between 0 and 1
   * @param resamples number of resamples, {@code R}: {@code k} must be 1 or more
   * @param random where the resamples come from
   */
  static Interval ofMean(double[] values, double confidence, int resamples, Philox random) {
    int k = (int) ((resamples + 1) * (1 - confidence) / 2 + 1e-9);
    if (k < 1) {
      throw new IllegalArgumentException(
          "%d resamples are too few for an interval of confidence %s"
              .formatted(resamples, confidence));
    }
    double[] means = new double[resamples];
    for (int resample = 0; resample < resamples; resample++) {
      double sum = 0;
      for (int draw = 0; draw < values.length; draw++) {
        sum += values[random.below(values.length)];
      }
      means[resample] = sum / values.length;
    }
    Arrays.sort(means);
    return new Interval(means[k - 1], means[resamples - k]);
  }
}
