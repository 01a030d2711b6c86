package dev.elbo.eval.comparison;

import dev.elbo.eval.CatalogueMetric;
import dev.elbo.eval.Evaluation;
import dev.elbo.eval.Metric;
import dev.elbo.eval.UserMetric;
import dev.elbo.eval.comparison.PairedDifference.Test;
import dev.elbo.random.Philox;
import dev.elbo.random.Philox.Purpose;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Compares two scorers by their values for the same users. Users differ far more from each other
 * than two scorers do on one user, so the difference is taken user by user; two means with their
 * standard errors, side by side, would hide it.
 */
public final class PairedComparison {

  private static final int BOOTSTRAP = 0;
  private static final int SIGNS = 1;

  private PairedComparison() {}

  /**
   * The difference in each metric. Every metric is tested with the same resamples of the users; the
   * exchange of A and B changes the sign of everything, and nothing else.
   *
   * @param a what was measured of one scorer
   * @param b what was measured of the other, on the same users and with the same metrics
   * @param resamples number of resamples for each interval and test, 39 or more
   * @param seed of the resamples
   * @throws IllegalArgumentException if users or metrics are not the same, or the resamples are too
   *     few
   */
  public static SequencedMap<Metric, PairedDifference> of(
      Evaluation a, Evaluation b, int resamples, long seed) {
    if (!a.userIds().equals(b.userIds())
        || !List.copyOf(a.metrics().keySet()).equals(List.copyOf(b.metrics().keySet()))) {
      throw new IllegalArgumentException("not the same users and metrics");
    }
    var intervals = new ArrayList<Interval>();
    double[] pValues = new double[a.perUser().size()];
    for (UserMetric metric : a.perUser().keySet()) {
      double[] differences = differences(a.perUser().get(metric), b.perUser().get(metric));
      pValues[intervals.size()] =
          SignFlips.pValue(differences, resamples, Philox.stream(seed, Purpose.RESAMPLING, SIGNS));
      intervals.add(
          Bootstrap.ofMean(
              differences,
              PairedDifference.CONFIDENCE,
              resamples,
              Philox.stream(seed, Purpose.RESAMPLING, BOOTSTRAP)));
    }
    double[] adjusted = Holm.adjusted(pValues);

    var tested = List.copyOf(a.perUser().keySet());
    var comparison = new LinkedHashMap<Metric, PairedDifference>();
    for (Metric metric : a.metrics().keySet()) {
      double meanA = a.metrics().get(metric).mean();
      double meanB = b.metrics().get(metric).mean();
      Test test =
          switch (metric) {
            case CatalogueMetric _ -> null;
            case UserMetric m -> {
              int at = tested.indexOf(m);
              yield new Test(intervals.get(at), pValues[at], adjusted[at]);
            }
          };
      comparison.put(metric, new PairedDifference(meanA, meanB, meanB - meanA, test));
    }
    return comparison;
  }

  private static double[] differences(double[] a, double[] b) {
    double[] differences = new double[a.length];
    for (int user = 0; user < a.length; user++) {
      differences[user] = b[user] - a[user];
    }
    return differences;
  }
}
