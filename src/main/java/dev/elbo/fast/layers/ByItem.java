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
 * @param items the items, ascending, {@code [n]}
 * @param start where each item's values begin, {@code [n + 1]}
 * @param users user of each value
 * @param values the values
 */
record ByItem(int[] items, int[] start, int[] users, float[] values) {

  /** Items whose gradients one task computes. */
  private static final int ITEMS = 64;

  /** Stands for the place of a value where there is none; after all places. */
  private static final int NOWHERE = Integer.MAX_VALUE;

  /** All items, those without values included. */
  static ByItem of(SparseRows x) {
    CsrMatrix pattern = x.pattern();
    int[] sizes = new int[pattern.columns()];
    for (int n = 0; n < pattern.size(); n++) {
      if (x.values()[n] != 0) {
        sizes[pattern.indices()[n]]++;
      }
    }
    int[] start = CsrMatrix.boundaries(sizes);
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
    int[] items = new int[pattern.columns()];
    Arrays.setAll(items, i -> i);
    return new ByItem(items, start, users, values);
  }

  /**
   * The items that have values, and others, in time that does not depend on {@code I}.
   *
   * @param others items without values, or with. Not modified.
   */
  static ByItem touched(SparseRows x, int... others) {
    CsrMatrix pattern = x.pattern();
    int[] userOf = new int[pattern.size()];
    long[] places = new long[pattern.size() + others.length]; // item and where its value stands
    int size = 0;
    for (int b = 0; b < pattern.rows(); b++) {
      for (int n = pattern.indptr()[b]; n < pattern.indptr()[b + 1]; n++) {
        userOf[n] = b;
        if (x.values()[n] != 0) {
          places[size++] = (long) pattern.indices()[n] << Integer.SIZE | n;
        }
      }
    }
    int stored = size;
    for (int item : others) {
      places[size++] = (long) item << Integer.SIZE | NOWHERE;
    }
    Arrays.sort(places, 0, size);
    int[] items = new int[size];
    int[] start = new int[size + 1];
    int[] users = new int[stored];
    float[] values = new float[stored];
    int found = 0;
    int at = 0;
    for (int p = 0; p < size; p++) {
      int item = (int) (places[p] >>> Integer.SIZE);
      if (found == 0 || items[found - 1] != item) {
        items[found++] = item;
      }
      int n = (int) places[p];
      if (n != NOWHERE) {
        users[at] = userOf[n];
        values[at++] = x.values()[n];
      }
      start[found] = at;
    }
    return new ByItem(Arrays.copyOf(items, found), start, users, values);
  }

  /**
   * Gives {@code dw_i = sum_b value_bi y_b} to the sink, item by item, so that the gradient of the
   * whole weight is never stored.
   *
   * @param weight stored {@code [I, H]}
   * @param width {@code H}
   * @param y a row for each user, {@code [B, >= H]}
   */
  void backwardWeight(Parameter weight, int width, Matrix y, Workers workers, GradientSink sink) {
    forEachSome(
        workers,
        (first, to) -> {
          float[] dW = new float[width];
          for (int row = first; row < to; row++) {
            Arrays.fill(dW, 0);
            for (int n = start[row]; n < start[row + 1]; n++) {
              Rows.addScaled(values[n], y.data(), y.at(users[n], 0), dW, 0, width);
            }
            sink.accept(weight, items[row] * width, dW, 0, width);
          }
        });
  }

  /**
   * Gives {@code db_i = sum_b value_bi} to the sink, consecutive items together.
   *
   * @param bias {@code [I]}
   */
  void backwardBias(Parameter bias, Workers workers, GradientSink sink) {
    forEachSome(
        workers,
        (first, to) -> {
          float[] dB = new float[to - first];
          for (int row = first, piece = first; row < to; row++) {
            for (int n = start[row]; n < start[row + 1]; n++) {
              dB[row - first] += values[n];
            }
            if (row + 1 == to || items[row + 1] != items[row] + 1) {
              sink.accept(bias, items[piece], dB, piece - first, row + 1 - piece);
              piece = row + 1;
            }
          }
        });
  }

  @FunctionalInterface
  private interface Some {
    void apply(int first, int to);
  }

  private void forEachSome(Workers workers, Some task) {
    workers.forEach(
        Math.ceilDiv(items.length, ITEMS),
        n -> task.apply(n * ITEMS, Math.min((n + 1) * ITEMS, items.length)));
  }
}
