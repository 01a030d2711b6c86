package dev.elbo.eval.comparison;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.eval.Estimate;
import dev.elbo.eval.Evaluation;
import dev.elbo.eval.Gini;
import dev.elbo.eval.Metric;
import dev.elbo.eval.Ndcg;
import dev.elbo.eval.Recall;
import dev.elbo.eval.UserMetric;
import dev.elbo.random.Philox;
import dev.elbo.random.Philox.Purpose;
import dev.elbo.testing.Tolerances;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PairedComparisonTest {

  private static final int USERS = 200;
  private static final Ndcg NDCG = new Ndcg(10);
  private static final Recall RECALL = new Recall(10);
  private static final Gini GINI = new Gini(10);

  /**
   * Users who differ from each other by a deviation of 1, and scorers that differ on a user by one
   * of 0.1: on NDCG {@code ahead} on average, on recall equal.
   */
  private static Evaluation evaluation(int scorer, double ahead) {
    double[] ndcg = new double[USERS];
    double[] recall = new double[USERS];
    Philox users = Philox.stream(1, Purpose.SYNTHETIC_DATA, 0);
    Philox noise = Philox.stream(1, Purpose.SYNTHETIC_DATA, scorer);
    for (int user = 0; user < USERS; user++) {
      double taste = users.nextGaussian();
      ndcg[user] = taste + ahead + 0.1 * noise.nextGaussian();
      recall[user] = taste + 0.1 * noise.nextGaussian();
    }
    var perUser = new LinkedHashMap<UserMetric, double[]>();
    perUser.put(NDCG, ndcg);
    perUser.put(RECALL, recall);
    var metrics = new LinkedHashMap<Metric, Estimate>();
    metrics.put(GINI, new Estimate(0.5 + ahead, null));
    perUser.forEach((metric, values) -> metrics.put(metric, Estimate.of(values)));
    List<String> ids = IntStream.range(0, USERS).mapToObj(user -> "u" + user).toList();
    return new Evaluation(ids, new int[USERS], 0, metrics, perUser);
  }

  private final Evaluation a = evaluation(1, 0);
  private final Evaluation b = evaluation(2, 0.05);

  /** The means are within one standard error of each other; the pairs tell them apart. */
  @Test
  void aDifferenceSmallBesideThatOfUsersIsFound() {
    PairedDifference ndcg = PairedComparison.of(a, b, 1999, 3).get(NDCG);
    assertTrue(ndcg.difference() < a.metrics().get(NDCG).standardError());
    assertEquals(ndcg.b() - ndcg.a(), ndcg.difference());
    assertEquals(a.metrics().get(NDCG).mean(), ndcg.a());
    assertTrue(ndcg.test().interval().low() > 0);
    assertTrue(ndcg.test().interval().low() < 0.05 && 0.05 < ndcg.test().interval().high());
    assertEquals(1 / 2000.0, ndcg.test().pValue(), "none of the resamples is as far");
    assertEquals(2 / 2000.0, ndcg.test().adjustedPValue(), "two metrics are tested");
    assertTrue(ndcg.test().isMoreThanNoise());
  }

  @Test
  void noiseIsCalledNoise() {
    PairedDifference.Test recall = PairedComparison.of(a, b, 1999, 3).get(RECALL).test();
    assertTrue(recall.interval().low() < 0 && 0 < recall.interval().high());
    assertTrue(!recall.isMoreThanNoise());
  }

  @Test
  void aMetricOfAllUsersTogetherIsNotTested() {
    var comparison = PairedComparison.of(a, b, 99, 3);
    assertEquals(List.of(GINI, NDCG, RECALL), List.copyOf(comparison.keySet()));
    assertEquals(0.05, comparison.get(GINI).difference(), Tolerances.FLOAT64);
    assertNull(comparison.get(GINI).test());
  }

  @Test
  void theExchangeOfTheTwoTurnsTheSignAndNothingElse() {
    var ab = PairedComparison.of(a, b, 499, 3);
    var ba = PairedComparison.of(b, a, 499, 3);
    for (Metric metric : List.of(NDCG, RECALL)) {
      PairedDifference one = ab.get(metric);
      PairedDifference other = ba.get(metric);
      assertEquals(one.difference(), -other.difference());
      assertEquals(one.test().interval().low(), -other.test().interval().high());
      assertEquals(one.test().interval().high(), -other.test().interval().low());
      assertEquals(one.test().pValue(), other.test().pValue());
      assertEquals(one.test().adjustedPValue(), other.test().adjustedPValue());
    }
  }

  @Test
  void aScorerDoesNotDifferFromItself() {
    var test = PairedComparison.of(a, a, 99, 3).get(NDCG).test();
    assertEquals(new PairedDifference.Test(new Interval(0, 0), 1, 1), test);
  }

  @Test
  void theSeedDecides() {
    assertEquals(PairedComparison.of(a, b, 99, 3), PairedComparison.of(a, b, 99, 3));
    assertTrue(!PairedComparison.of(a, b, 99, 3).equals(PairedComparison.of(a, b, 99, 4)));
  }

  @Test
  void othersCannotBeCompared() {
    var others =
        new Evaluation(
            IntStream.range(0, USERS).mapToObj(user -> "v" + user).toList(),
            a.heldOut(),
            0,
            a.metrics(),
            a.perUser());
    assertThrows(IllegalArgumentException.class, () -> PairedComparison.of(a, others, 99, 3));
  }
}
