package dev.elbo.recommend;

import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Ranked;
import dev.elbo.engine.Scorer;
import dev.elbo.engine.TopN;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The best items for users whose history is given, whether or not the model was trained on them: a
 * model of this family reads a history and knows no users. Several threads may recommend at a time,
 * also with the same scorer.
 */
public final class Recommender {

  /** Users that are scored at a time. */
  private static final int TOGETHER = 500;

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

  /** Takes the recommendations of one user. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Called for each user in turn, by the caller's thread.
     *
     * @param user row of the user
     * @param items the items, best first
     */
    void accept(int user, List<Ranked> items);
  }

  /**
   * Recommends to any number of users, of whom no more are held than are scored at a time.
   *
   * @param scorer scores the items
   * @param histories the items that the model reads, {@code [users, I]}; whoever has none is
   *     recommended none
   * @param known the items that are not recommended, {@code [users, I]}
   * @param filter which items may be recommended at all
   * @param k how many items for each
   * @param sink receives each user's items, in the order of the rows
   */
  public static void recommend(
      Scorer scorer, CsrMatrix histories, CsrMatrix known, ItemFilter filter, int k, Sink sink) {
    for (int from = 0; from < histories.rows(); from += TOGETHER) {
      int to = Math.min(from + TOGETHER, histories.rows());
      int[] users = IntStream.range(from, to).filter(user -> histories.size(user) > 0).toArray();
      Iterator<List<Ranked>> ranked =
          recommend(scorer, Batch.of(histories, users), known.select(users), filter, k).iterator();
      for (int user = from; user < to; user++) {
        sink.accept(user, histories.size(user) > 0 ? ranked.next() : List.of());
      }
    }
  }
}
