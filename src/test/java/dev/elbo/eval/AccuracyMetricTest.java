package dev.elbo.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AccuracyMetricTest {
  private static final int[] NO_HIT = {};

  /** Five recommendations, of which the second and the fourth are two of three held-out items. */
  @Test
  void twoHitsOfThreeAmongFive() {
    int[] hitRanks = {2, 4};
    assertEquals(2.0 / 3, value(new Recall(5), 3, hitRanks));
    assertEquals(2.0 / 3, value(new PlainRecall(5), 3, hitRanks));
    assertEquals(2.0 / 5, value(new Precision(5), 3, hitRanks));
    assertEquals(1.0 / 2, value(new ReciprocalRank(5), 3, hitRanks));
    // Precision is 1/2 down to the first hit and 2/4 down to the second.
    assertEquals((1.0 / 2 + 2.0 / 4) / 3, value(new AveragePrecision(5), 3, hitRanks));
    assertEquals(1, value(new HitRate(5), 3, hitRanks));
    // (1/log2(3) + 1/log2(5)) / (1/log2(2) + 1/log2(3) + 1/log2(4))
    // = (0.63092975 + 0.43067656) / (1 + 0.63092975 + 0.5)
    assertEquals(1.06160631 / 2.13092975, value(new Ndcg(5), 3, hitRanks), 1e-8);
  }

  /** Both recommendations are hits, of ten held-out items: nothing could be better. */
  @Test
  void moreHeldOutItemsThanRecommendations() {
    int[] hitRanks = {1, 2};
    assertEquals(1, value(new Recall(2), 10, hitRanks));
    assertEquals(2.0 / 10, value(new PlainRecall(2), 10, hitRanks));
    assertEquals(1, value(new Precision(2), 10, hitRanks));
    assertEquals(1, value(new Ndcg(2), 10, hitRanks));
    assertEquals(1, value(new AveragePrecision(2), 10, hitRanks));
  }

  @Property(seed = "1")
  void isWithinBoundsAndZeroWithoutAHit(
      @ForAll @IntRange(min = 1, max = 30) int k,
      @ForAll Set<@IntRange(min = 1, max = 30) Integer> ranks,
      @ForAll @IntRange(max = 10) int missed) {
    int[] hitRanks =
        ranks.stream().filter(rank -> rank <= k).mapToInt(rank -> rank).sorted().toArray();
    int heldOut = Math.max(1, hitRanks.length + missed);
    for (AccuracyMetric metric : all(k)) {
      double value = value(metric, heldOut, hitRanks);
      assertTrue(value >= 0 && value <= 1, () -> metric.name() + " " + value);
      assertEquals(hitRanks.length == 0, value == 0, metric::name);
      assertEquals(0, value(metric, heldOut, NO_HIT), metric::name);
    }
  }

  /** The ideal list gives exactly 1, but for the two that divide by something out of reach. */
  @Property(seed = "1")
  void aPerfectRankingIsOne(
      @ForAll @IntRange(min = 1, max = 30) int k,
      @ForAll @IntRange(min = 1, max = 30) int heldOut) {
    int[] perfect = IntStream.rangeClosed(1, Math.min(k, heldOut)).toArray();
    for (AccuracyMetric metric : all(k)) {
      double best =
          switch (metric) {
            case PlainRecall _ -> (double) perfect.length / heldOut;
            case Precision _ -> (double) perfect.length / k;
            default -> 1;
          };
      assertEquals(best, value(metric, heldOut, perfect), metric::name);
    }
  }

  /** Moving one hit up a rank never lowers a metric. */
  @Property(seed = "1")
  void aHitFurtherUpIsNoWorse(
      @ForAll @IntRange(min = 2, max = 30) int rank, @ForAll @IntRange(min = 2, max = 9) int more) {
    int heldOut = more + 1;
    for (AccuracyMetric metric : all(30)) {
      double below = value(metric, heldOut, rank);
      double above = value(metric, heldOut, rank - 1);
      assertTrue(above >= below, metric::name);
    }
  }

  private static double value(AccuracyMetric metric, int heldOut, int... hitRanks) {
    return metric.of(JudgedList.of(hitRanks, heldOut, /* given= */ 30));
  }

  private static List<AccuracyMetric> all(int k) {
    return Metric.all(k).stream()
        .filter(AccuracyMetric.class::isInstance)
        .map(AccuracyMetric.class::cast)
        .toList();
  }
}
