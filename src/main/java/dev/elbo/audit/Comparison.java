package dev.elbo.audit;

import dev.elbo.audit.read.Recommendations;
import dev.elbo.eval.Estimate;
import dev.elbo.eval.Evaluation;
import dev.elbo.eval.Metric;
import dev.elbo.eval.Ndcg;
import dev.elbo.eval.Recall;
import dev.elbo.eval.UserMetric;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;

/** Recommendations as an {@link Evaluation}, which {@link dev.elbo.eval.comparison} compares. */
public final class Comparison {

  private Comparison() {}

  /**
   * NDCG and recall of the users with held-out items, 0 without a list.
   *
   * @param truth what the recommendations are judged by
   * @param order the order of ties
   * @param cutoffs one or more
   */
  public static Evaluation of(
      Truth truth, Recommendations recommendations, TieOrder order, List<Integer> cutoffs) {
    var judge =
        new Judge(
            truth,
            RankedLists.of(truth, recommendations).inOrder(order),
            /* repetitionsCount= */ false);
    var perUser = new LinkedHashMap<UserMetric, double[]>();
    var metrics = new LinkedHashMap<Metric, Estimate>();
    for (int k : cutoffs) {
      for (UserMetric metric : List.<UserMetric>of(new Ndcg(k), new Recall(k))) {
        double[] values = judge.values(metric, TieOrder.FILE, UserSet.JUDGED);
        perUser.put(metric, values);
        metrics.put(metric, Estimate.of(values));
      }
    }
    int[] judged =
        IntStream.range(0, truth.size()).filter(user -> truth.heldOut(user) > 0).toArray();
    return new Evaluation(
        IntStream.of(judged).mapToObj(truth.users().userIds()::get).toList(),
        IntStream.of(judged).map(truth::heldOut).toArray(),
        truth.size() - judged.length,
        metrics,
        perUser);
  }
}
