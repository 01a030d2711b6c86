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
    if (y == to) {
      tasks.graph().task(task, Sum::addTo, extent.size(), x, to, extent.width(), extent.length());
    } else {
      tasks
          .graph()
          .task(task, Sum::sumOf, extent.size(), x, y, to, extent.width(), extent.length());
    }
    return to;
  }

  /**
   * The kernel of {@code to = x + y}.
   *
   * @param size {@link Extent#size}
   * @param x {@code [B, width]}
   * @param y {@code [B, width]}
   * @param to {@code [B, width]}. Modified.
   * @param width units
   * @param most most values
   */
  public static void sumOf(
      IntArray size, FloatArray x, FloatArray y, FloatArray to, int width, int most) {
    for (@Parallel int n = 0; n < most; n++) {
      if (n < size.get(SparseRows.USERS) * width) {
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
   * @param width units
   * @param most most values
   */
  public static void addTo(IntArray size, FloatArray x, FloatArray to, int width, int most) {
    for (@Parallel int n = 0; n < most; n++) {
      if (n < size.get(SparseRows.USERS) * width) {
        to.set(n, to.get(n) + x.get(n));
      }
    }
  }
}
