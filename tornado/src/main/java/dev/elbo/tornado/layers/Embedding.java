package dev.elbo.tornado.layers;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The vector of each step's item, {@code Y [S, E]}. The steps come as sparse rows with one value
 * each, 1: so backward this is a {@link SparseLinear} without a bias.
 */
public final class Embedding implements Layer {

  private final String id;
  private final Parameter weight;
  private final SparseRows steps;
  private final FloatArray y;

  /**
   * @param id what tells its tasks from those of other layers
   * @param weight {@code [I, E]}
   * @param steps the item of each step
   */
  public Embedding(String id, Parameter weight, SparseRows steps) {
    this.id = id;
    this.weight = weight;
    this.steps = steps;
    this.y = new FloatArray(steps.users() * weight.in);
  }

  /**
   * {@inheritDoc}
   *
   * @param x not read: the items are in the steps
   */
  @Override
  public FloatArray forward(Tasks tasks, FloatArray x) {
    tasks.take(steps.item);
    tasks
        .graph()
        .task(
            "vectors" + id,
            Embedding::vectorsOf,
            steps.size,
            steps.item,
            weight.value,
            y,
            weight.in,
            Tasks.whole(steps.users() * weight.in));
    return y;
  }

  /** Adds the task for the vectors' gradient; there is no other. */
  @Override
  public FloatArray backward(Tasks tasks, FloatArray dY) {
    tasks.take(steps.value);
    SparseRows.Order byItem = steps.byItem(tasks);
    SparseLinear.addSums(
        tasks, "dWeight" + id, byItem, steps.value, dY, weight.in, weight.gradient, weight.in);
    return dY;
  }

  /**
   * The forward kernel.
   *
   * @param size {@link SparseRows#size}
   * @param item item of each step, {@code [S]}
   * @param weight {@code [I, E]}
   * @param y {@code [S, E]}. Modified.
   * @param width {@code E}
   * @param bound of the loop
   */
  public static void vectorsOf(
      IntArray size, IntArray item, FloatArray weight, FloatArray y, int width, int bound) {
    for (@Parallel int n = 0; n < bound; n++) {
      int s = n / width;
      if (s < size.get(SparseRows.USERS)) {
        y.set(n, weight.get(item.get(s) * width + n % width));
      }
    }
  }
}
