package dev.elbo.reference;

import dev.elbo.data.CsrMatrix;
import java.util.Arrays;

/**
 * A sparse batch {@code [B, I]} with values: the pattern of a {@link CsrMatrix} and a number at
 * each stored place. Places that are not stored are 0 and stay 0.
 *
 * @param pattern which items each user has
 * @param values the stored values, {@code [N]}
 */
public record SparseRows(CsrMatrix pattern, double[] values) {

  /** The input of a model: 1 for each item that a user has. */
  public static SparseRows ones(CsrMatrix pattern) {
    double[] ones = new double[pattern.size()];
    Arrays.fill(ones, 1);
    return new SparseRows(pattern, ones);
  }

  /** The same places with other values. */
  public SparseRows with(double[] others) {
    return new SparseRows(pattern, others);
  }
}
