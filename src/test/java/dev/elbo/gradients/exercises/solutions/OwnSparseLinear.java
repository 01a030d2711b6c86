package dev.elbo.gradients.exercises.solutions;

import dev.elbo.own.Task;
import java.util.Arrays;

/** The solution of sparse-linear. */
final class OwnSparseLinear implements Task.SparseLinear {
  @Override
  public double[][] forward(int[][] items, double[][] x, double[][] W, double[] b) {
    double[][] y = new double[x.length][];
    for (int u = 0; u < x.length; u++) {
      y[u] = b.clone();
      for (int n = 0; n < x[u].length; n++) {
        for (int o = 0; o < W.length; o++) {
          y[u][o] += x[u][n] * W[o][items[u][n]];
        }
      }
    }
    return y;
  }

  @Override
  public double[][] backward(
      int[][] items, double[][] x, double[][] W, double[][] dy, double[][] dW, double[] db) {
    double[][] dx = new double[x.length][];
    Arrays.fill(db, 0);
    for (double[] row : dW) {
      Arrays.fill(row, 0);
    }
    for (int u = 0; u < x.length; u++) {
      dx[u] = new double[x[u].length];
      for (int o = 0; o < W.length; o++) {
        db[o] += dy[u][o];
        for (int n = 0; n < x[u].length; n++) {
          dW[o][items[u][n]] += dy[u][o] * x[u][n];
          dx[u][n] += dy[u][o] * W[o][items[u][n]];
        }
      }
    }
    return dx;
  }
}
