package dev.elbo.gradients.exercises.solutions;

import dev.elbo.own.Task;
import java.util.Arrays;

/** The solution of count-normalize. */
final class OwnCountNormalize implements Task.CountNormalize {
  @Override
  public double[][] forward(double[][] x) {
    return divided(x, x);
  }

  @Override
  public double[][] backward(double[][] x, double[][] dy) {
    return divided(dy, x);
  }

  private static double[][] divided(double[][] values, double[][] x) {
    double[][] y = new double[x.length][];
    for (int b = 0; b < x.length; b++) {
      double count = 1 + Arrays.stream(x[b]).filter(value -> value != 0).count();
      y[b] = Arrays.stream(values[b]).map(value -> value / count).toArray();
    }
    return y;
  }
}
