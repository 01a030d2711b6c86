package dev.elbo.tornado.layers;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The sum of two dense arrays. */
public final class Sum {

  private Sum() {}

  /**
   * Adds the task.
   *
   * @param task its name
   * @param extent of the arrays
   * @param x one term. Not modified.
   * @param y the other. Not modified, unless it is {@code to}.
   * @param to their sum. Modified.
   * @return {@code to}
   */
  public static FloatArray add(
      Tasks tasks, String task, Extent extent, FloatArray x, FloatArray y, FloatArray to) {
    return y == to
        ? extent.map(tasks, task, Sum::addTo, x, to)
        : extent.map(tasks, task, Sum::sumOf, x, y, to);
  }

  /**
   * The kernel of {@code to = x + y}.
   *
   * @param size {@link Extent#size}
   * @param x {@code [B, width]}
   * @param y {@code [B, width]}
   * @param to {@code [B, width]}. Modified.
   * @param counted which entry of {@code size} counts
   * @param width values for each of them
   * @param bound of the loop
   */
  public static void sumOf(
      IntArray size, FloatArray x, FloatArray y, FloatArray to, int counted, int width, int bound) {
    for (@Parallel int n = 0; n < bound; n++) {
      if (n < size.get(counted) * width) {
        to.set(n, x.get(n) + y.get(n));
      }
    }
  }

  /**
   * The kernel of {@code to += x}.
   *
   * @param size {@link Extent#size}
   * @param x {@code [B, width]}
   * @param to {@code [B, width]}. Modified.
   * @param counted which entry of {@code size} counts
   * @param width values for each of them
   * @param bound of the loop
   */
  public static void addTo(
      IntArray size, FloatArray x, FloatArray to, int counted, int width, int bound) {
    for (@Parallel int n = 0; n < bound; n++) {
      if (n < size.get(counted) * width) {
        to.set(n, to.get(n) + x.get(n));
      }
    }
  }
}
