package dev.elbo.gradients.exercises.solutions;

import dev.elbo.own.Task;

/** The solution of tanh. */
final class OwnTanh implements Task.Tanh {
  @Override
  public double[][] forward(double[][] x) {
    double[][] y = new double[x.length][];
    for (int b = 0; b < x.length; b++) {
      y[b] = new double[x[b].length];
      for (int h = 0; h < x[b].length; h++) {
        y[b][h] = Math.tanh(x[b][h]);
      }
    }
    return y;
  }

  @Override
  public double[][] backward(double[][] y, double[][] dy) {
    double[][] dx = new double[dy.length][];
    for (int b = 0; b < dy.length; b++) {
      dx[b] = new double[dy[b].length];
      for (int h = 0; h < dy[b].length; h++) {
        dx[b][h] = dy[b][h] * (1 - y[b][h] * y[b][h]);
      }
    }
    return dx;
  }
}
