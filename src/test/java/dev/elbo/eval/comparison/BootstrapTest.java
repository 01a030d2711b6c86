package dev.elbo.eval.comparison;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.eval.Estimate;
import dev.elbo.random.Philox;
import dev.elbo.random.Philox.Purpose;
import dev.elbo.testing.Tolerances;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class BootstrapTest {

  private static Philox resamples(int stream) {
    return Philox.stream(7, Purpose.RESAMPLING, stream);
  }

  private static double[] normal(int n, double mean, int stream) {
    Philox random = Philox.stream(8, Purpose.SYNTHETIC_DATA, stream);
    return DoubleStream.generate(() -> mean + random.nextGaussian()).limit(n).toArray();
  }

  @Test
  void whatNeverVariesHasAnIntervalOfNoLength() {
    double[] values = {0.25, 0.25, 0.25};
    assertEquals(new Interval(0.25, 0.25), Bootstrap.ofMean(values, 0.95, 39, resamples(0)));
  }

  /**
   * Of the two values 0 and 1, a resample has the mean 0, 1/2 or 1 with probability 1/4, 1/2, 1/4:
   * of these, 90 % lie between 0 and 1, and 40 % are 1/2.
   */
  @Test
  void theIntervalOfTwoValuesIsKnown() {
    double[] values = {0, 1};
    assertEquals(new Interval(0, 1), Bootstrap.ofMean(values, 0.9, 999, resamples(0)));
    assertEquals(new Interval(0.5, 0.5), Bootstrap.ofMean(values, 0.4, 999, resamples(0)));
  }

  /** Of 39 resamples the least and the greatest are the ends; 38 have no such rank. */
  @Test
  void theEndsAreRanks() {
    double[] values = normal(20, 0, 0);
    double[] means = new double[39];
    Philox random = resamples(3);
    for (int resample = 0; resample < means.length; resample++) {
      for (int draw = 0; draw < 20; draw++) {
        means[resample] += values[random.below(20)] / 20;
      }
    }
    Interval interval = Bootstrap.ofMean(values, 0.95, 39, resamples(3));
    assertEquals(Arrays.stream(means).min().getAsDouble(), interval.low(), Tolerances.FLOAT64);
    assertEquals(Arrays.stream(means).max().getAsDouble(), interval.high(), Tolerances.FLOAT64);
    assertThrows(
        IllegalArgumentException.class, () -> Bootstrap.ofMean(values, 0.95, 38, resamples(3)));
  }

  /** The mean of many values is normal: its interval is 1.96 standard errors to either side. */
  @Test
  void ofManyValuesItIsThatOfTheNormalDistribution() {
    double[] values = normal(2000, 5, 1);
    Estimate estimate = Estimate.of(values);
    Interval interval = Bootstrap.ofMean(values, 0.95, 4999, resamples(1));
    double half = 1.96 * estimate.standardError();
    assertEquals(estimate.mean() - half, interval.low(), 0.1 * half);
    assertEquals(estimate.mean() + half, interval.high(), 0.1 * half);
  }

  /** 500 samples of 60 values each: about 95 % of the intervals must hold the true mean. */
  @Test
  void itHoldsTheTrueMeanAsOftenAsItSays() {
    int samples = 500;
    int held = 0;
    for (int sample = 0; sample < samples; sample++) {
      double[] values = normal(60, 0.3, sample);
      Interval interval = Bootstrap.ofMean(values, 0.95, 399, resamples(sample));
      if (interval.low() <= 0.3 && 0.3 <= interval.high()) {
        held++;
      }
    }
    // One standard error of the share is 0.0097; the percentile interval is a little short.
    double share = (double) held / samples;
    assertTrue(share > 0.91 && share < 0.98, "held in " + share);
  }
}
