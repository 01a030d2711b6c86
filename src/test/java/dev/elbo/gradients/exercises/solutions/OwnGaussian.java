package dev.elbo.gradients.exercises.solutions;

import dev.elbo.own.Task;

/** The solution of gaussian. */
final class OwnGaussian implements Task.Gaussian {
  @Override
  public double[][] forward(double[][] mu, double[][] lv, double[][] eps) {
    double[][] z = new double[mu.length][mu[0].length];
    for (int b = 0; b < mu.length; b++) {
      for (int k = 0; k < mu[b].length; k++) {
        z[b][k] = mu[b][k] + eps[b][k] * Math.exp(lv[b][k] / 2);
      }
    }
    return z;
  }

  @Override
  public double[] divergence(double[][] mu, double[][] lv) {
    double[] kl = new double[mu.length];
    for (int b = 0; b < mu.length; b++) {
      for (int k = 0; k < mu[b].length; k++) {
        kl[b] += (mu[b][k] * mu[b][k] + Math.exp(lv[b][k]) - 1 - lv[b][k]) / 2;
      }
    }
    return kl;
  }

  @Override
  public void backward(
      double[][] mu,
      double[][] lv,
      double[][] eps,
      double[][] dz,
      double weight,
      double[][] dmu,
      double[][] dlv) {
    for (int b = 0; b < mu.length; b++) {
      for (int k = 0; k < mu[b].length; k++) {
        double slope = eps[b][k] * Math.exp(lv[b][k] / 2) / 2;
        double klOfMu = weight * mu[b][k];
        double klOfLv = weight * (Math.exp(lv[b][k]) - 1) / 2;
        dmu[b][k] = dz[b][k] + klOfMu;
        dlv[b][k] = dz[b][k] * slope + klOfLv;
      }
    }
  }
}
