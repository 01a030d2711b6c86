package dev.elbo.tornado.layers;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** {@code Y = X W' + 1 b'}: three products by {@link Gemm}. */
public final class Linear implements Layer {

  private final int index;
  private final Parameter weight;
  private final Parameter bias;
  private final SparseRows rows;
  private final FloatArray y;
  private final FloatArray dX;
  private FloatArray x;

  /**
   * @param index position of the layer in the model
   * @param weight {@code [out, in]}
   * @param bias {@code [out]}
   * @param rows where the batch is
   */
  public Linear(int index, Parameter weight, Parameter bias, SparseRows rows) {
    this.index = index;
    this.weight = weight;
    this.bias = bias;
    this.rows = rows;
    this.y = new FloatArray(rows.users() * weight.out);
    this.dX = new FloatArray(rows.users() * weight.in);
  }

  @Override
  public FloatArray forward(Tasks tasks, FloatArray x) {
    this.x = x;
    Gemm.forward(tasks, index, rows, x, weight, bias, y);
    return y;
  }

  @Override
  public FloatArray backward(Tasks tasks, FloatArray dY) {
    Gemm.backwardInput(tasks, index, rows, dY, weight, dX);
    Gemm.backwardWeight(tasks, index, rows, dY, x, weight);
    Bias.backward(tasks, index, rows, bias, dY);
    return dX;
  }
}
