package dev.elbo.gradients.exercises.solutions;

import dev.elbo.own.Task;

/** The solution of squared-error. */
final class OwnSquaredError implements Task.SquaredError {
  @Override
  public double forward(double[][] y, double[][] r) {
    double sum = 0;
    for (int b = 0; b < y.length; b++) {
      for (int n = 0; n < y[b].length; n++) {
        sum += (y[b][n] - r[b][n]) * (y[b][n] - r[b][n]);
      }
    }
    return sum / y.length;
  }

  @Override
  public double[][] backward(double[][] y, double[][] r) {
    double[][] dy = new double[y.length][];
    for (int b = 0; b < y.length; b++) {
      dy[b] = new double[y[b].length];
      for (int n = 0; n < y[b].length; n++) {
        dy[b][n] = 2 * (y[b][n] - r[b][n]) / y.length;
      }
    }
    return dy;
  }
}
