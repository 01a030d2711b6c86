package dev.elbo.gradients.exercises.solutions;

import dev.elbo.own.Task;

/** The solution of adam. */
final class OwnAdam implements Task.Adam {
  @Override
  public void update(
      int t,
      double rate,
      double b1,
      double b2,
      double epsilon,
      double[][] dW,
      double[][] W,
      double[][] m,
      double[][] v) {
    double corrected = rate * Math.sqrt(1 - Math.pow(b2, t)) / (1 - Math.pow(b1, t));
    for (int o = 0; o < W.length; o++) {
      for (int i = 0; i < W[o].length; i++) {
        double g = dW[o][i];
        m[o][i] = b1 * m[o][i] + (1 - b1) * g;
        v[o][i] = b2 * v[o][i] + (1 - b2) * g * g;
        W[o][i] -= corrected * m[o][i] / (Math.sqrt(v[o][i]) + epsilon);
      }
    }
  }
}
