package dev.elbo.tornado.layers;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** {@code y = tanh(x)}, and {@code dx = dy (1 - y^2)}. */
public final class Tanh implements Layer {

  private final int index;
  private final IntArray size;

  /** Which entry of {@link #size} counts. */
  private final int counted;

  /**
   * Values for each unit of {@link #counted}: 1 of the sparse input, or the width of a dense one.
   */
  private final int width;

  private final FloatArray y;
  private final FloatArray dX;

  private Tanh(int index, IntArray size, int counted, int most, int width) {
    this.index = index;
    this.size = size;
    this.counted = counted;
    this.width = width;
    this.y = new FloatArray(most * width);
    this.dX = new FloatArray(most * width);
  }

  /**
   * On the stored values of the sparse input.
   *
   * @param index position of the layer in the model
   * @param rows where the batch is
   */
  public static Tanh sparse(int index, SparseRows rows) {
    return new Tanh(index, rows.size, SparseRows.VALUES, rows.values(), 1);
  }

  /**
   * On activations {@code [B, width]}.
   *
   * @param index position of the layer in the model
   * @param rows where the batch is
   * @param width units
   */
  public static Tanh dense(int index, SparseRows rows, int width) {
    return new Tanh(index, rows.size, SparseRows.USERS, rows.users(), width);
  }

  @Override
  public FloatArray forward(Tasks tasks, FloatArray x) {
    tasks.graph().task("tanh" + index, Tanh::tanhOf, size, x, y, counted, width, y.getSize());
    return y;
  }

  @Override
  public FloatArray backward(Tasks tasks, FloatArray dY) {
    tasks.graph().task("dTanh" + index, Tanh::gradient, size, y, dY, dX, width, y.getSize());
    return dX;
  }

  /**
   * The forward kernel.
   *
   * @param size {@link SparseRows#size}
   * @param x the input
   * @param y the output. Modified.
   * @param counted which entry of {@code size} counts
   * @param width values for each of them
   * @param most most values
   */
  public static void tanhOf(
      IntArray size, FloatArray x, FloatArray y, int counted, int width, int most) {
    for (@Parallel int n = 0; n < most; n++) {
      if (n < size.get(counted) * width) {
        y.set(n, TornadoMath.tanh(x.get(n)));
      }
    }
  }

  /**
   * The backward kernel.
   *
   * @param size {@link SparseRows#size}
   * @param y the output, {@code [B, width]}
   * @param dY {@code [B, width]}
   * @param dX {@code [B, width]}. Modified.
   * @param width units
   * @param most most values
   */
  public static void gradient(
      IntArray size, FloatArray y, FloatArray dY, FloatArray dX, int width, int most) {
    for (@Parallel int n = 0; n < most; n++) {
      if (n < size.get(SparseRows.USERS) * width) {
        dX.set(n, dY.get(n) * (1f - y.get(n) * y.get(n)));
      }
    }
  }
}
