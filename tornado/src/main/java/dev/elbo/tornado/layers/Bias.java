package dev.elbo.tornado.layers;

import java.util.Optional;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The bias of an affine layer. Forward, it is part of the {@link Products}. */
public final class Bias {

  /** Columns of a group: enough for items to read what lies side by side. */
  private static final int COLUMNS = 16;

  /** Items that share a column. */
  private static final int ROWS = Group.ITEMS / COLUMNS;

  private Bias() {}

  /**
   * Adds the task for {@code Y += 1 b'}.
   *
   * @param id what tells its tasks from those of other layers
   * @param rows where the batch is
   * @param y {@code [B, out]}. Modified.
   * @param tanh what takes {@code tanh(Y)}, if that is wanted. Overwritten.
   */
  public static void forward(
      Tasks tasks,
      String id,
      SparseRows rows,
      Parameter bias,
      FloatArray y,
      Optional<FloatArray> tanh) {
    tasks
        .graph()
        .task(
            "bias" + id,
            Bias::addTo,
            rows.size,
            bias.value,
            y,
            tasks.orNone(tanh),
            bias.size(),
            tanh.isPresent() ? 1 : 0,
            Tasks.whole(rows.users() * bias.size()));
  }

  /**
   * Adds the task for {@code db = dY' 1}.
   *
   * @param id what tells its tasks from those of other layers
   * @param bias its gradient is overwritten
   * @param dY {@code [B, out]}
   */
  public static void backward(
      Tasks tasks, String id, SparseRows rows, Parameter bias, FloatArray dY) {
    tasks
        .graph()
        .task(
            tasks.id("dBias" + id, Group.ITEMS, groups(bias.size()), 1),
            Bias::columnSums,
            Tasks.CONTEXT,
            rows.size,
            dY,
            dY,
            bias.gradient,
            bias.size(),
            0);
  }

  /** As many groups have as many columns. */
  static int groups(int columns) {
    return Math.ceilDiv(columns, COLUMNS);
  }

  /**
   * The forward kernel.
   *
   * @param size {@link SparseRows#size}
   * @param bias {@code [columns]}
   * @param y {@code [B, columns]}. Modified.
   * @param active {@code [B, columns]}: takes {@code tanh(y)} if {@code activates} is 1. Modified.
   * @param columns number of columns
   * @param activates 1 or 0
   * @param bound of the loop
   */
  public static void addTo(
      IntArray size,
      FloatArray bias,
      FloatArray y,
      FloatArray active,
      int columns,
      int activates,
      int bound) {
    for (@Parallel int n = 0; n < bound; n++) {
      if (n < size.get(SparseRows.USERS) * columns) {
        float sum = y.get(n) + bias.get(n % columns);
        y.set(n, sum);
        if (activates == 1) {
          active.set(n, TornadoMath.tanh(sum));
        }
      }
    }
  }

  /**
   * The backward kernel: each column's sum. Items side by side have columns side by side, and every
   * {@link #ROWS}-th row of theirs.
   *
   * @param context as many groups of {@link Group#ITEMS} items as {@link #groups} says
   * @param size {@link SparseRows#size}
   * @param dY {@code [B, columns]}
   * @param factor what each value is multiplied by if {@code weighted} is 1, {@code [B, columns]}
   * @param sums {@code [columns]}. Modified.
   * @param columns number of columns
   * @param weighted 1 or 0
   */
  public static void columnSums(
      KernelContext context,
      IntArray size,
      FloatArray dY,
      FloatArray factor,
      FloatArray sums,
      int columns,
      int weighted) {
    float[] shared = context.allocateFloatLocalArray(Group.SHARED);
    int o = context.groupIdx * COLUMNS + context.localIdx % COLUMNS;
    int first = context.localIdx / COLUMNS;
    float sum = 0f;
    if (o < columns) {
      for (int b = first; b < size.get(SparseRows.USERS); b += ROWS) {
        float value = dY.get(b * columns + o);
        if (weighted == 1) {
          value *= factor.get(b * columns + o);
        }
        sum += value;
      }
    }
    float ofColumn = Group.sum(context, shared, sum, COLUMNS);
    if (first == 0 && o < columns) {
      sums.set(o, ofColumn);
    }
  }
}
