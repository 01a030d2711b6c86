package dev.elbo.gradients.exercises.solutions;

import dev.elbo.own.Task;
import java.util.List;

/** The solution of weight-decay. */
final class OwnWeightDecay implements Task.WeightDecay {
  @Override
  public double forward(double lambda, List<double[][]> weights, List<double[]> biases) {
    double sum = 0;
    for (double[][] weight : weights) {
      for (double[] row : weight) {
        for (double w : row) {
          sum += w * w;
        }
      }
    }
    return lambda * sum;
  }

  @Override
  public void backward(
      double lambda,
      List<double[][]> weights,
      List<double[]> biases,
      List<double[][]> dWeights,
      List<double[]> dBiases) {
    for (int n = 0; n < weights.size(); n++) {
      double[][] weight = weights.get(n);
      for (int o = 0; o < weight.length; o++) {
        for (int i = 0; i < weight[o].length; i++) {
          dWeights.get(n)[o][i] += 2 * lambda * weight[o][i];
        }
      }
    }
  }
}
