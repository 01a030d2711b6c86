package dev.elbo.fast.layers;

import dev.elbo.data.CsrMatrix;
import dev.elbo.linalg.Workers;
import java.util.Arrays;

/**
 * A sparse batch {@code [B, I]} with values: the pattern of a {@link CsrMatrix} and a number at
 * each stored place.
 *
 * @param pattern which items each user has
 * @param values the stored values, {@code [N]}; layers overwrite them
 */
public record SparseRows(CsrMatrix pattern, float[] values) {

  /** The input of a model: the rating of each item that a user has, or 1 where there is none. */
  public static SparseRows of(CsrMatrix items) {
    return new SparseRows(items, values(items).clone());
  }

  /** What a matrix stores, {@code [N]}. Not to be modified. */
  public static float[] values(CsrMatrix items) {
    if (items.hasValues()) {
      return items.values();
    }
    float[] ones = new float[items.size()];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** What a layer does to one row: the values from {@code from} to {@code to}. */
  @FunctionalInterface
  public interface Row {
    void apply(int user, int from, int to);
  }

  /** Calls for each row with the range of its values. */
  public void forEachRow(Workers workers, Row row) {
    int[] indptr = pattern.indptr();
    workers.forEach(pattern.rows(), b -> row.apply(b, indptr[b], indptr[b + 1]));
  }
}
