package dev.elbo.tornado.layers;

import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task6;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task7;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
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

  /** A bound for a parallel loop over the array. */
  int bound() {
    return Tasks.whole(length());
  }

  /**
   * Adds a task that makes each value of an array of that of another.
   *
   * @param task its name
   * @param kernel takes {@link #size}, {@code x}, {@code y}, {@link #counted}, {@link #width} and
   *     {@link #bound}
   * @param x what is read
   * @param y what is written
   * @return {@code y}
   */
  FloatArray map(
      Tasks tasks,
      String task,
      Task6<IntArray, FloatArray, FloatArray, Integer, Integer, Integer> kernel,
      FloatArray x,
      FloatArray y) {
    tasks.graph().task(task, kernel, size, x, y, counted, width, bound());
    return y;
  }

  /**
   * The same of two others.
   *
   * @param task its name
   * @param kernel takes {@link #size}, {@code x}, {@code z}, {@code y}, {@link #counted}, {@link
   *     #width} and {@link #bound}
   * @param x what is read
   * @param z what is read, too
   * @param y what is written
   * @return {@code y}
   */
  FloatArray map(
      Tasks tasks,
      String task,
      Task7<IntArray, FloatArray, FloatArray, FloatArray, Integer, Integer, Integer> kernel,
      FloatArray x,
      FloatArray z,
      FloatArray y) {
    tasks.graph().task(task, kernel, size, x, z, y, counted, width, bound());
    return y;
  }
}
