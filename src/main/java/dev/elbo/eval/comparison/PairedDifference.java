package dev.elbo.eval.comparison;

/**
 * How a metric differs between two scorers, A and B, on the same users.
 *
 * @param a the metric of A
 * @param b the metric of B
 * @param difference {@code b - a}
 * @param test whether it is more than noise; null for a {@link dev.elbo.eval.CatalogueMetric},
 *     which has one value for all users together, so that there is nothing to pair
 */
public record PairedDifference(double a, double b, double difference, Test test) {

  /** How sure one wants to be: 95 % of intervals hold the true value, 5 % of tests are wrong. */
  public static final double CONFIDENCE = 0.95;

  /**
   * Fewer users are too few: resampling them shows less than they vary, so that intervals are too
   * short, and hold the true value less often than {@link #CONFIDENCE} says.
   */
  public static final int FEWEST_USERS = 30;

  /**
   * What may be said of a mean difference.
   *
   * @param interval where the mean over all users like these lies, by the {@link Bootstrap}, with
   *     {@link #CONFIDENCE}
   * @param pValue how often equal scorers would differ as much, by the {@link SignFlips}
   * @param adjustedPValue the same, adjusted for the number of metrics by {@link Holm}
   */
  public record Test(Interval interval, double pValue, double adjustedPValue) {

    /** Whether equal scorers would hardly differ as much in any of the metrics. */
    public boolean isMoreThanNoise() {
      return adjustedPValue <= 1 - CONFIDENCE;
    }
  }
}
