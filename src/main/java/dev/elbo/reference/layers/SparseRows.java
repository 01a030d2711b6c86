package dev.elbo.reference.layers;

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

  /** The input of a model: the rating of each item that a user has, or 1 where there is none. */
  public static SparseRows of(CsrMatrix items) {
    double[] values = new double[items.size()];
    Arrays.setAll(values, n -> items.hasValues() ? items.values()[n] : 1);
    return new SparseRows(items, values);
  }

  /** The same places with other values. */
  public SparseRows with(double[] others) {
    return new SparseRows(pattern, others);
  }

  /** Each value times a factor of its own, {@code [N]}. */
  public SparseRows times(double[] factors) {
    double[] products = new double[values.length];
    Arrays.setAll(products, n -> factors[n] * values[n]);
    return with(products);
  }
}
