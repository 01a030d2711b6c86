package dev.elbo.engine;

import dev.elbo.ElboException;
import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;

/**
 * Anything that scores all items for users whose history it is given. Several threads may use a
 * scorer at a time: each call's sink is given the scores of its own users, the same bits as if it
 * were the only one.
 */
public interface Scorer {

  /** Takes the scores of one user. */
  @FunctionalInterface
  interface Sink {
    /**
     * Called once for each user of the batch, possibly by several threads at a time; when {@link
     * Scorer#scores} returns, it has been called for all. While it runs, the scorer is in use.
     *
     * @param position the user's position in the batch
     * @param scores a score for each item, {@code [I]}: higher is better. May be modified, but not
     *     kept: the scorer uses the array again.
     */
    void accept(int position, float[] scores);
  }

  /**
   * A score that can be compared with others.
   *
   * @param score what a scorer gave
   * @param item the item it is of
   * @throws ElboException if it is NaN or infinite, which has no rank and is no rating
   */
  static float requireFinite(float score, int item) {
    if (!Float.isFinite(score)) {
      throw new ElboException(
          "the score of item number %d is %s: the model is damaged, its weights overflow or its"
                  .formatted(item, score)
              + " training diverged; use an earlier checkpoint, or train again with a lower"
              + " learning rate");
    }
    return score;
  }

  /**
   * Scores every item for every user of the batch, those in the user's history included.
   *
   * @param batch the users' histories, {@code [B, I]}
   * @param sink receives each user's scores
   */
  void scores(Batch batch, Sink sink);

  /**
   * The items of a user's history that are left out of rankings: all of them, unless a scorer ranks
   * them like the others.
   *
   * @param histories the users' items
   * @param row which user
   * @return the items, ascending
   */
  default int[] leftOut(CsrMatrix histories, int row) {
    return histories.row(row);
  }
}
