package dev.elbo.tornado.layers;

import java.util.Optional;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** {@code Y = X W' + 1 b'}: three of the {@link Products}. */
public final class Linear implements Activating {

  private final String id;
  private final Parameter weight;
  private final Parameter bias;
  private final SparseRows rows;
  private final FloatArray y;
  private final FloatArray dX;
  private Optional<FloatArray> tanh = Optional.empty();
  private FloatArray x;

  /**
   * @param id what tells its tasks from those of other layers
   * @param weight {@code [out, in]}
   * @param bias {@code [out]}
   * @param rows where the batch is
   */
  public Linear(String id, Parameter weight, Parameter bias, SparseRows rows) {
    this.id = id;
    this.weight = weight;
    this.bias = bias;
    this.rows = rows;
    this.y = new FloatArray(rows.users() * weight.out);
    this.dX = new FloatArray(rows.users() * weight.in);
  }

  /** Width of its input. */
  public int in() {
    return weight.in;
  }

  /** Width of its output. */
  public int out() {
    return weight.out;
  }

  @Override
  public void activate(FloatArray other) {
    tanh = Optional.of(other);
  }

  @Override
  public FloatArray forward(Tasks tasks, FloatArray x) {
    this.x = x;
    tasks.products().forward(tasks, id, rows, x, weight, bias, y, tanh);
    return y;
  }

  @Override
  public FloatArray backward(Tasks tasks, FloatArray dY) {
    tasks.products().backwardInput(tasks, id, rows, dY, weight, dX);
    tasks.products().backwardWeight(tasks, id, rows, dY, x, weight);
    Bias.backward(tasks, id, rows, bias, dY);
    return dX;
  }
}
