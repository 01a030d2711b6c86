package dev.elbo.tornado.layers;

import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * How much of an array counts, which is as long as the largest batch needs.
 *
 * @param size what a batch has of each thing
 * @param counted which entry of {@code size} counts here
 * @param most the most of it
 * @param width values for each
 */
public record Extent(IntArray size, int counted, int most, int width) {

  /** A number for each stored value of rows, {@code [N]}. */
  public static Extent ofValues(SparseRows rows) {
    return new Extent(rows.size, SparseRows.VALUES, rows.values(), 1);
  }

  /** A vector for each row, {@code [B, width]}. */
  public static Extent ofRows(SparseRows rows, int width) {
    return new Extent(rows.size, SparseRows.USERS, rows.users(), width);
  }

  /** Length of the array. */
  public int length() {
    return most * width;
  }

  /** How many of its values count for the batch at hand. */
  public int count() {
    return size.get(counted) * width;
  }
}
