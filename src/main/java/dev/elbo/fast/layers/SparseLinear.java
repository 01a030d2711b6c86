package dev.elbo.fast.layers;

import dev.elbo.linalg.Buffer;
import dev.elbo.linalg.Matrix;
import dev.elbo.linalg.Rows;
import dev.elbo.linalg.Workers;

/**
 * {@code Y = X W^T + 1 b^T} for a sparse {@code X [B, I]}; the gradients are derived at {@link
 * dev.elbo.reference}'s SparseLinear. The weight is stored {@code [I, H]}: forward, a user's output
 * is a sum of rows; backward, the gradient of a row is a sum over the users who have the item,
 * taken item by item and handed to the sink at once, so that the gradient {@code [I, H]} is never
 * stored.
 */
public final class SparseLinear {

  private final Parameter weight;
  private final Parameter bias;
  private final Bias biasOps;
  private final int width;
  private final Workers workers;
  private final Buffer output = new Buffer();
  private SparseRows x;

  /**
   * @param weight {@code [H, I]}, stored {@code [I, H]}
   * @param bias {@code [H]}
   * @param workers threads to use
   */
  public SparseLinear(Parameter weight, Parameter bias, Workers workers) {
    this.weight = weight;
    this.bias = bias;
    this.biasOps = new Bias(bias, workers);
    this.width = weight.out;
    this.workers = workers;
  }

  /** Computes {@code Y [B, H]}. */
  public Matrix forward(SparseRows x) {
    this.x = x;
    Matrix y = output.matrix(x.pattern().rows(), width);
    int[] items = x.pattern().indices();
    x.forEachRow(
        workers,
        (b, from, to) -> {
          System.arraycopy(bias.value, 0, y.data(), y.at(b, 0), width);
          for (int n = from; n < to; n++) {
            if (x.values()[n] != 0) {
              int row = items[n] * width;
              Rows.addScaled(x.values()[n], weight.value, row, y.data(), y.at(b, 0), width);
            }
          }
        });
    return y;
  }

  /** Gives the gradients of weight and bias to the sink. */
  public void backward(Matrix dY, GradientSink sink) {
    biasOps.backward(dY, 0, sink);
    ByItem byItem = sink.wantsEveryRow(weight) ? ByItem.of(x) : ByItem.touched(x);
    byItem.backwardWeight(weight, width, dY, workers, sink);
  }
}
