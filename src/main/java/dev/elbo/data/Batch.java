package dev.elbo.data;

import java.util.stream.IntStream;

/**
 * Some users of a matrix, as an engine takes them.
 *
 * @param users row of each user in the whole matrix, {@code [B]}: noise is keyed by it, so that a
 *     user's draws do not depend on the batch they are in
 * @param items the users' items, {@code [B, I]}
 */
public record Batch(int[] users, CsrMatrix items) {

  /**
   * Checks that there is one row per user.
   *
   * @throws IllegalArgumentException if there is not
   */
  public Batch {
    if (users.length != items.rows()) {
      throw new IllegalArgumentException(
          users.length + " users, but " + items.rows() + " rows of items");
    }
  }

  /**
   * The given users of a matrix.
   *
   * @param matrix all users' items, {@code [users, I]}
   * @param users which rows, in which order
   */
  public static Batch of(CsrMatrix matrix, int... users) {
    return new Batch(users, matrix.select(users));
  }

  /**
   * Consecutive users of a matrix.
   *
   * @param matrix all users' items, {@code [users, I]}
   * @param from first row
   * @param to row after the last
   */
  public static Batch range(CsrMatrix matrix, int from, int to) {
    return of(matrix, IntStream.range(from, to).toArray());
  }

  /** Number of users, {@code B}. */
  public int size() {
    return users.length;
  }
}
