package dev.elbo.baseline;

import dev.elbo.data.CsrMatrix;
import dev.elbo.linalg.Workers;

/**
 * Training users, and the Gram matrix {@code G = X'X [I, I]} of who has what, which all linear
 * autoencoders begin with. Not for use by several threads.
 */
public final class Gram {

  private final CsrMatrix users;
  private final boolean isKept;
  private float[] matrix;

  private Gram(CsrMatrix users, boolean isKept) {
    this.users = users;
    this.isKept = isKept;
  }

  /**
   * For one model: the matrix is computed when it is asked for.
   *
   * @param users what the training users have, {@code [users, I]}
   */
  public static Gram once(CsrMatrix users) {
    return new Gram(users, /* isKept= */ false);
  }

  /**
   * For several models one after another: the matrix is computed once and kept, if three of its
   * size fit into Java's memory: a model in the making, the one before, and this.
   *
   * @param users what the training users have, {@code [users, I]}
   */
  public static Gram kept(CsrMatrix users) {
    double bytes = Float.BYTES * (double) users.columns() * users.columns();
    return new Gram(users, 3 * bytes <= Runtime.getRuntime().maxMemory());
  }

  /** What the training users have, {@code [users, I]}. */
  CsrMatrix users() {
    return users;
  }

  /**
   * Computes the matrix. Counts to 2^24 are exact.
   *
   * @param workers the threads to compute on
   * @return {@code G [I, I]}, the caller's own
   */
  float[] matrix(Workers workers) {
    if (!isKept) {
      return compute(workers);
    }
    if (matrix == null) {
      matrix = compute(workers);
    }
    return matrix.clone();
  }

  private float[] compute(Workers workers) {
    int items = users.columns();
    float[] counts = new float[items * items];
    var rows = new CoOccurrences(users);
    workers.forEach(items, item -> rows.add(item, counts, item * items));
    return counts;
  }
}
