package dev.elbo.gradients.exercises.solutions;

import dev.elbo.own.Task;

/** The solution of l2-normalize. */
final class OwnL2Normalize implements Task.L2Normalize {
  @Override
  public double[][] forward(double[][] x) {
    double[][] y = new double[x.length][];
    for (int b = 0; b < x.length; b++) {
      y[b] = x[b].clone();
      double r = Math.sqrt(dot(x[b], x[b]));
      for (int n = 0; n < y[b].length && r > 0; n++) {
        y[b][n] = x[b][n] / r;
      }
    }
    return y;
  }

  @Override
  public double[][] backward(double[][] x, double[][] dy) {
    double[][] dx = new double[x.length][];
    for (int b = 0; b < x.length; b++) {
      dx[b] = new double[x[b].length];
      double r = Math.sqrt(dot(x[b], x[b]));
      for (int n = 0; n < dx[b].length && r > 0; n++) {
        double y = x[b][n] / r;
        double along = dot(x[b], dy[b]) / r;
        dx[b][n] = (dy[b][n] - y * along) / r;
      }
    }
    return dx;
  }

  private static double dot(double[] left, double[] right) {
    double sum = 0;
    for (int n = 0; n < left.length; n++) {
      sum += left[n] * right[n];
    }
    return sum;
  }
}
