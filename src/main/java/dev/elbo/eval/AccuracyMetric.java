package dev.elbo.eval;

/**
 * Whether a user's held-out items {@code T} are among the recommendations, and how far up. Every
 * value is within [0, 1], but for those of {@link ReciprocalRank} over all hits.
 */
public sealed interface AccuracyMetric extends UserMetric
    permits Recall, PlainRecall, Precision, Ndcg, ReciprocalRank, AveragePrecision, HitRate {

  /**
   * The value for one user, of the recommendations as they stand.
   *
   * @param list the recommendations, of which the first {@code k} count, and one or more held-out
   *     items. Not modified.
   */
  double of(JudgedList list);

  /** The expected value for one user, of the first {@code k} with so many hits. */
  double expected(TiedList list);

  /**
   * The expected value for one user if all orders of what is tied are equally likely.
   *
   * @param list as in {@link #of}
   */
  default double expected(JudgedList list) {
    return list.isTied(k())
        ? list.cuts(k()).stream().mapToDouble(cut -> cut.probability() * expected(cut)).sum()
        : of(list);
  }
}
