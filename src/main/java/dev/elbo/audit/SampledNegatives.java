package dev.elbo.audit;

import dev.elbo.audit.read.Recommendations;
import dev.elbo.eval.Ndcg;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * What metrics would be if each held-out item were ranked among a few random negatives, instead of
 * all items: a usual saving, which does not keep the order of systems. A held-out item with a share
 * {@code p} of all negatives above it has {@code Binomial(m, p)} of {@code m} sampled ones above
 * it. Negatives are items that the user neither has nor is to find.
 *
 * <p>Source: Krichene and Rendle (2020), On sampled metrics for item recommendation, KDD.
 *
 * @param metric the metric of one held-out item among negatives
 * @param exact its mean with all negatives
 * @param expected its expected mean with sampled ones
 * @param deviation the standard deviation of that mean, by the draw of negatives
 */
public record SampledNegatives(String metric, double exact, double expected, double deviation) {

  /** How many negatives papers sample. */
  public static final int SAMPLE = 100;

  private static final int CUTOFF = 10;

  /** Where held-out items stand that a list does not reach. */
  public enum Unlisted {
    /** Right after the list. */
    NEXT,
    /** After all other items. */
    LAST
  }

  /** A held-out item of a user. */
  private record Place(int above, int negatives, double weight) {}

  /**
   * The metrics of a system.
   *
   * @param truth what it is judged by
   * @param recommendations its recommendations: all items' scores, or the best only
   * @param unlisted where held-out items stand that are not among them
   */
  public static List<SampledNegatives> of(
      Truth truth, Recommendations recommendations, Unlisted unlisted) {
    List<Place> places = places(truth, RankedLists.of(truth, recommendations), unlisted);
    return List.of(
        of("hitrate@" + CUTOFF, places, rank -> rank <= CUTOFF ? 1 : 0),
        of("ndcg@" + CUTOFF, places, rank -> rank <= CUTOFF ? Ndcg.Discount.LOG2.at(rank) : 0),
        of("mrr", places, rank -> 1.0 / rank));
  }

  private static List<Place> places(Truth truth, RankedLists lists, Unlisted unlisted) {
    List<Place> places = new ArrayList<>();
    for (int user = 0; user < truth.size(); user++) {
      int heldOut = truth.heldOut(user);
      int negatives = truth.items() - truth.users().foldIn().size(user) - heldOut;
      double weight = 1.0 / heldOut / truth.judged();
      boolean[] repeated = lists.repeated(user);
      int above = 0;
      int found = 0;
      for (int at = 0; at < lists.given(user); at++) {
        int item = lists.items()[user][at];
        if (item >= truth.items() || repeated[at] || truth.hasSeen(user, item)) {
          continue;
        }
        if (truth.gain(user, item) > 0) {
          found++;
          places.add(new Place(above, negatives, weight));
        } else {
          above++;
        }
      }
      for (; found < heldOut; found++) {
        places.add(new Place(unlisted == Unlisted.NEXT ? above : negatives, negatives, weight));
      }
    }
    return places;
  }

  private static SampledNegatives of(
      String metric, List<Place> places, IntToDoubleFunction ofRank) {
    double exact = 0;
    double expected = 0;
    double variance = 0;
    for (Place place : places) {
      exact += place.weight * ofRank.applyAsDouble(place.above + 1);
      double mean = 0;
      double square = 0;
      double share = place.negatives == 0 ? 0 : (double) place.above / place.negatives;
      for (int above = 0; above <= SAMPLE; above++) {
        double value = ofRank.applyAsDouble(above + 1);
        double probability = binomial(above, share);
        mean += probability * value;
        square += probability * value * value;
      }
      expected += place.weight * mean;
      variance += place.weight * place.weight * Math.max(0, square - mean * mean);
    }
    return new SampledNegatives(metric, exact, expected, Math.sqrt(variance));
  }

  private static double binomial(int above, double share) {
    if (share == 0 || share == 1) {
      return above == (share == 0 ? 0 : SAMPLE) ? 1 : 0;
    }
    double log = above * StrictMath.log(share) + (SAMPLE - above) * StrictMath.log1p(-share);
    for (int i = 1; i <= above; i++) {
      log += StrictMath.log((SAMPLE - i + 1.0) / i);
    }
    return StrictMath.exp(log);
  }

  /**
   * How likely sampled negatives put two systems in the other order than all negatives do, each
   * being judged by a draw of its own; the means are taken to be normal.
   *
   * @param other the same metric of the other system
   * @return from 0 to 1; NaN if both are equally good by all negatives
   */
  public double confusion(SampledNegatives other) {
    double order = Math.signum(exact - other.exact);
    double difference = order * (expected - other.expected);
    double spread = Math.hypot(deviation, other.deviation);
    if (order == 0) {
      return Double.NaN;
    }
    return spread == 0 ? (difference > 0 ? 0 : 1) : normal(-difference / spread);
  }

  /** The standard normal distribution function (Abramowitz and Stegun 1964, 26.2.17: 7.5e-8). */
  private static double normal(double x) {
    double t = 1 / (1 + 0.2316419 * Math.abs(x));
    double tail =
        StrictMath.exp(-x * x / 2)
            / Math.sqrt(2 * Math.PI)
            * t
            * (0.319381530
                + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    return x < 0 ? tail : 1 - tail;
  }
}
