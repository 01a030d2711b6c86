package dev.elbo.recommend;

import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Ranked;
import dev.elbo.engine.Scorer;
import dev.elbo.engine.TopN;
import java.util.Arrays;
import java.util.List;

/**
 * The best items for users whose history is given, whether or not the model was trained on them: a
 * model of this family reads a history and knows no users. Several threads may recommend at a time,
 * also with the same scorer.
 */
public final class Recommender {

  private Recommender() {}

  /**
   * Recommends to each user of a batch.
   *
   * @param scorer scores the items
   * @param histories the users' items, {@code [B, I]}; these are not recommended
   * @param k how many items for each
   * @return for each user the items, best first; fewer than {@code k} where no more are left
   */
  public static List<List<Ranked>> recommend(Scorer scorer, Batch histories, int k) {
    return recommend(scorer, histories, histories.items(), ItemFilter.NONE, k);
  }

  /**
   * Recommends to each user of a batch, of whom more is known than what the model reads: items that
   * they have and do not like.
   *
   * @param scorer scores the items
   * @param histories the items that the model reads, {@code [B, I]}
   * @param known the items that are not recommended, {@code [B, I]}: all that the users have. They
   *     are, if the scorer asks that they be ranked.
   * @param filter which items may be recommended at all
   * @param k how many items for each
   * @return for each user the items, best first; fewer than {@code k} where no more are left
   */
  public static List<List<Ranked>> recommend(
      Scorer scorer, Batch histories, CsrMatrix known, ItemFilter filter, int k) {
    @SuppressWarnings({"unchecked", "rawtypes"})
    List<Ranked>[] ranked = new List[histories.size()];
    scorer.scores(
        histories,
        (position, scores) ->
            ranked[position] =
                Arrays.stream(TopN.of(scores, k, filter.with(scorer.leftOut(known, position))))
                    .mapToObj(item -> new Ranked(item, scores[item]))
                    .toList());
    return List.of(ranked);
  }
}
