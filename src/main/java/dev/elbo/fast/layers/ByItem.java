package dev.elbo.fast.layers;

import dev.elbo.data.CsrMatrix;
import dev.elbo.linalg.Matrix;
import dev.elbo.linalg.Rows;
import dev.elbo.linalg.Workers;
import java.util.Arrays;

/**
 * A batch's non-zero values item by item, each item's users ascending: what the gradients of a
 * sparse layer's parameters are sums over.
 *
 * @param start where each item's values begin, {@code [I + 1]}
 * @param users user of each value
 * @param values the values
 */
record ByItem(int[] start, int[] users, float[] values) {

  /** Items whose gradients one task computes. */
  private static final int ITEMS = 64;

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

  /**
   * Gives {@code dw_i = sum_b value_bi y_b} to the sink, item by item, so that the gradient of the
   * whole weight is never stored.
   *
   * @param weight stored {@code [I, H]}
   * @param y a row for each user, {@code [B, >= H]}
   */
  void backwardWeight(Parameter weight, Matrix y, Workers workers, GradientSink sink) {
    int width = weight.value.length / (start.length - 1);
    forEachSome(
        workers,
        (first, to) -> {
          float[] dW = new float[width];
          for (int i = first; i < to; i++) {
            Arrays.fill(dW, 0);
            for (int n = start[i]; n < start[i + 1]; n++) {
              Rows.addScaled(values[n], y.data(), y.at(users[n], 0), dW, 0, width);
            }
            sink.accept(weight, i * width, dW, 0, width);
          }
        });
  }

  /**
   * Gives {@code db_i = sum_b value_bi} to the sink.
   *
   * @param bias {@code [I]}
   */
  void backwardBias(Parameter bias, Workers workers, GradientSink sink) {
    forEachSome(
        workers,
        (first, to) -> {
          float[] dB = new float[to - first];
          for (int i = first; i < to; i++) {
            for (int n = start[i]; n < start[i + 1]; n++) {
              dB[i - first] += values[n];
            }
          }
          sink.accept(bias, first, dB, 0, dB.length);
        });
  }

  @FunctionalInterface
  private interface Some {
    void apply(int first, int to);
  }

  private void forEachSome(Workers workers, Some task) {
    int items = start.length - 1;
    workers.forEach(
        Math.ceilDiv(items, ITEMS), n -> task.apply(n * ITEMS, Math.min((n + 1) * ITEMS, items)));
  }
}
