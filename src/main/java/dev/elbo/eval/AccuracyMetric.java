package dev.elbo.eval;

/**
 * Whether a user's held-out items {@code T} are among the recommendations, and how far up. Every
 * value is within [0, 1].
 */
public sealed interface AccuracyMetric extends UserMetric
    permits Recall, PlainRecall, Precision, Ndcg, ReciprocalRank, AveragePrecision, HitRate {

  /**
   * The value for one user.
   *
   * @param hitRanks ranks of the held-out items among the first {@code k} recommendations, counted
   *     from 1, ascending. Not modified.
   * @param heldOut number of held-out items, {@code |T|}, 1 or more
   */
  double of(int[] hitRanks, int heldOut);
}
