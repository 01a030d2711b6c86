package dev.elbo.gradients.exercises.solutions;

import dev.elbo.own.Task;

/** The solution of dropout. */
final class OwnDropout implements Task.Dropout {
  @Override
  public double[][] forward(double[][] x, double[][] mask, double rate) {
    double[][] y = new double[x.length][];
    for (int b = 0; b < x.length; b++) {
      y[b] = new double[x[b].length];
      for (int h = 0; h < x[b].length; h++) {
        y[b][h] = mask[b][h] * x[b][h] / (1 - rate);
      }
    }
    return y;
  }

  @Override
  public double[][] backward(double[][] mask, double rate, double[][] dy) {
    double[][] dx = new double[dy.length][];
    for (int b = 0; b < dy.length; b++) {
      dx[b] = new double[dy[b].length];
      for (int h = 0; h < dy[b].length; h++) {
        dx[b][h] = mask[b][h] * dy[b][h] / (1 - rate);
      }
    }
    return dx;
  }
}
