package dev.elbo.tornado.layers;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Columns of one dense array copied to another. */
final class Columns {

  private Columns() {}

  /**
   * The kernel.
   *
   * @param size {@link SparseRows#size}
   * @param from {@code [B, fromWidth]}
   * @param to {@code [B, toWidth]}. Modified.
   * @param fromWidth columns of {@code from}
   * @param first the first of them that is copied
   * @param toWidth columns of {@code to}
   * @param at where it goes
   * @param width how many are copied
   * @param bound of the loop
   */
  static void copy(
      IntArray size,
      FloatArray from,
      FloatArray to,
      int fromWidth,
      int first,
      int toWidth,
      int at,
      int width,
      int bound) {
    for (@Parallel int n = 0; n < bound; n++) {
      int b = n / width;
      int o = n % width;
      if (b < size.get(SparseRows.USERS)) {
        to.set(b * toWidth + at + o, from.get(b * fromWidth + first + o));
      }
    }
  }
}
