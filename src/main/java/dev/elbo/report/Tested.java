package dev.elbo.report;

import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.data.PreparedData;
import dev.elbo.engine.Ranked;
import dev.elbo.engine.Scorer;
import dev.elbo.eval.Coverage;
import dev.elbo.eval.Evaluation;
import dev.elbo.eval.Evaluator;
import dev.elbo.eval.Gini;
import dev.elbo.eval.Metric;
import dev.elbo.eval.Ndcg;
import dev.elbo.eval.Novelty;
import dev.elbo.eval.Recall;
import dev.elbo.recommend.Recommender;
import java.util.List;

/**
 * What a model does for the test users. The arrays are not copied.
 *
 * @param model the model
 * @param evaluation how well it does it
 * @param timesRecommended to how many test users each item is recommended, {@code [I]}
 * @param forUser what it recommends to one of them, best first
 */
public record Tested(
    ReportedModel model, Evaluation evaluation, int[] timesRecommended, List<Ranked> forUser) {

  /** Users scored at a time. */
  private static final int BATCH_SIZE = 500;

  /**
   * Tests a model.
   *
   * @param model the model
   * @param judged scores as it is evaluated
   * @param recommending scores as it recommends, by whole histories
   * @param data the data it was trained on
   * @param k how many items to recommend to each user
   * @param user position among the test users of the one to look at closely
   * @throws dev.elbo.ElboException if no test user has a held-out item
   */
  public static Tested of(
      ReportedModel model, Scorer judged, Scorer recommending, PreparedData data, int k, int user) {
    List<Metric> metrics =
        List.of(
            new Ndcg(100),
            new Recall(20),
            new Recall(50),
            new Novelty(k),
            new Coverage(k),
            new Gini(k));
    Evaluation evaluation =
        new Evaluator(data.test(), metrics, data.train(), BATCH_SIZE).evaluate(judged);
    CsrMatrix histories = data.test().foldIn();
    int[] times = new int[data.itemIds().size()];
    for (int from = 0; from < histories.rows(); from += BATCH_SIZE) {
      int to = Math.min(from + BATCH_SIZE, histories.rows());
      for (List<Ranked> items :
          Recommender.recommend(recommending, Batch.range(histories, from, to), k)) {
        items.forEach(item -> times[item.item()]++);
      }
    }
    List<Ranked> forUser =
        Recommender.recommend(recommending, Batch.of(histories, user), k).getFirst();
    return new Tested(model, evaluation, times, forUser);
  }
}
