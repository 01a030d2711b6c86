package dev.elbo.data;

import java.util.List;

/**
 * Users a model is judged on: it sees the fold-in items and is to find the held-out ones.
 *
 * @param userIds external id of each user
 * @param foldIn what the model sees of each user, {@code [users, I]}
 * @param heldOut what it is to find, {@code [users, I]}; users with an empty row are left out of
 *     metrics, and counted
 */
public record EvaluationUsers(List<String> userIds, CsrMatrix foldIn, CsrMatrix heldOut) {

  /**
   * Checks that the parts fit.
   *
   * @throws IllegalArgumentException if their numbers of users or items differ
   */
  public EvaluationUsers {
    if (userIds.size() != foldIn.rows()
        || foldIn.rows() != heldOut.rows()
        || foldIn.columns() != heldOut.columns()) {
      throw new IllegalArgumentException(
          "%d ids, fold-in %d x %d, held-out %d x %d"
              .formatted(
                  userIds.size(),
                  foldIn.rows(),
                  foldIn.columns(),
                  heldOut.rows(),
                  heldOut.columns()));
    }
  }

  /**
   * Nobody.
   *
   * @param items number of items, {@code I}
   */
  public static EvaluationUsers none(int items) {
    CsrMatrix empty = CsrMatrix.of(0, items, new int[0], new int[0]);
    return new EvaluationUsers(List.of(), empty, empty);
  }

  /** Users and items exchanged. */
  EvaluationUsers transposed(List<String> itemIds) {
    return new EvaluationUsers(itemIds, foldIn.transposed(), heldOut.transposed());
  }

  /** Number of users. */
  public int size() {
    return userIds.size();
  }
}
