package dev.elbo.gradients.exercises.solutions;

import dev.elbo.own.Task;
import java.util.Arrays;

/** The solution of multinomial-loss. */
final class OwnMultinomialLoss implements Task.MultinomialLoss {
  @Override
  public double forward(double[][] s, int[][] items) {
    double sum = 0;
    for (int b = 0; b < s.length; b++) {
      double logSum = logSumExp(s[b]);
      for (int i : items[b]) {
        sum -= s[b][i] - logSum;
      }
    }
    return sum / s.length;
  }

  @Override
  public double[][] backward(double[][] s, int[][] items) {
    double users = s.length;
    double[][] ds = new double[s.length][s[0].length];
    for (int b = 0; b < s.length; b++) {
      double n = items[b].length;
      double logSum = logSumExp(s[b]);
      for (int j = 0; j < s[b].length; j++) {
        ds[b][j] = n * Math.exp(s[b][j] - logSum) / users;
      }
      for (int j : items[b]) {
        ds[b][j] -= 1 / users;
      }
    }
    return ds;
  }

  private static double logSumExp(double[] s) {
    double max = Arrays.stream(s).max().orElseThrow();
    return max + Math.log(Arrays.stream(s).map(one -> Math.exp(one - max)).sum());
  }
}
