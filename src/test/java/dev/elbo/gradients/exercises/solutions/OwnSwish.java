package dev.elbo.gradients.exercises.solutions;

import dev.elbo.own.Task;

/** The solution of swish. */
final class OwnSwish implements Task.Swish {
  @Override
  public double[][] forward(double[][] x) {
    double[][] y = new double[x.length][x[0].length];
    for (int b = 0; b < x.length; b++) {
      for (int h = 0; h < x[b].length; h++) {
        y[b][h] = x[b][h] * sigmoid(x[b][h]);
      }
    }
    return y;
  }

  @Override
  public double[][] backward(double[][] x, double[][] dy) {
    double[][] dx = new double[x.length][x[0].length];
    for (int b = 0; b < x.length; b++) {
      for (int h = 0; h < x[b].length; h++) {
        double s = sigmoid(x[b][h]);
        double y = x[b][h] * s;
        dx[b][h] = dy[b][h] * (s + y * (1 - s));
      }
    }
    return dx;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
