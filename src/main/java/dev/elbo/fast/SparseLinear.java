package dev.elbo.fast;

import dev.elbo.data.CsrMatrix;
import java.util.Arrays;

/**
 * {@code Y = X W' + 1 b'} for a sparse {@code X [B, I]}; the gradients are derived at {@link
 * dev.elbo.reference}'s SparseLinear. The weight is stored {@code [I, H]}: forward, a user's output
 * is a sum of rows; backward, the gradient of a row is a sum over the users who have the item,
 * taken item by item and handed to the sink at once, so that the gradient {@code [I, H]} is never
 * stored.
 */
final class SparseLinear {

  /** Items whose gradients one task computes. */
  private static final int ITEMS = 64;

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
  SparseLinear(Parameter weight, Parameter bias, Workers workers) {
    this.weight = weight;
    this.bias = bias;
    this.biasOps = new Bias(bias, workers);
    this.width = weight.out;
    this.workers = workers;
  }

  /** Computes {@code Y [B, H]}. */
  Matrix forward(SparseRows x) {
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
  void backward(Matrix dY, GradientSink sink) {
    biasOps.backward(dY, 0, sink);
    ByItem byItem = ByItem.of(x);
    int items = x.pattern().columns();
    workers.forEach(
        Math.ceilDiv(items, ITEMS),
        task -> {
          float[] dW = new float[width];
          for (int i = task * ITEMS; i < Math.min((task + 1) * ITEMS, items); i++) {
            Arrays.fill(dW, 0);
            for (int n = byItem.start[i]; n < byItem.start[i + 1]; n++) {
              int user = dY.at(byItem.users[n], 0);
              Rows.addScaled(byItem.values[n], dY.data(), user, dW, 0, width);
            }
            sink.accept(weight, i * width, dW, 0, width);
          }
        });
  }

  /**
   * The batch's non-zero values item by item, each item's users ascending.
   *
   * @param start where each item's values begin, {@code [I + 1]}
   * @param users user of each value
   * @param values the values
   */
  private record ByItem(int[] start, int[] users, float[] values) {

    static ByItem of(SparseRows x) {
      CsrMatrix pattern = x.pattern();
      int[] start = new int[pattern.columns() + 1];
      for (int n = 0; n < pattern.size(); n++) {
        if (x.values()[n] != 0) {
          start[pattern.indices()[n] + 1]++;
        }
      }
      for (int i = 0; i < pattern.columns(); i++) {
        start[i + 1] += start[i];
      }
      int[] next = start.clone();
      int[] users = new int[start[pattern.columns()]];
      float[] values = new float[users.length];
      for (int b = 0; b < pattern.rows(); b++) {
        for (int n = pattern.indptr()[b]; n < pattern.indptr()[b + 1]; n++) {
          if (x.values()[n] != 0) {
            int at = next[pattern.indices()[n]]++;
            users[at] = b;
            values[at] = x.values()[n];
          }
        }
      }
      return new ByItem(start, users, values);
    }
  }
}
