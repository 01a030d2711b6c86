package dev.elbo.baseline;

import dev.elbo.data.CsrMatrix;

/** The Gram matrix {@code X'X [I, I]} of a binary matrix {@code X [users, I]}, row by row. */
final class CoOccurrences {
  private final CsrMatrix byUser;
  private final CsrMatrix byItem;

  CoOccurrences(CsrMatrix users) {
    byUser = users;
    byItem = users.transposed();
  }

  /**
   * Counts, for each item, the users who have it and another one. Counts to 2^24 are exact.
   *
   * @param item the other one
   * @param counts the counts are added to its elements {@code from ... from + I - 1}. Modified.
   */
  void add(int item, float[] counts, int from) {
    int[] indices = byUser.indices();
    for (int user : byItem.row(item)) {
      int end = byUser.indptr()[user + 1];
      for (int n = byUser.indptr()[user]; n < end; n++) {
        counts[from + indices[n]]++;
      }
    }
  }
}
