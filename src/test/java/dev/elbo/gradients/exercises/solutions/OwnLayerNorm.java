package dev.elbo.gradients.exercises.solutions;

import dev.elbo.own.Task;
import java.util.Arrays;

/** The solution of layer-norm. */
final class OwnLayerNorm implements Task.LayerNorm {
  @Override
  public double[][] forward(double[][] x, double[] g, double[] b, double eps) {
    double[][] y = new double[x.length][x[0].length];
    for (int u = 0; u < x.length; u++) {
      double[] n = normalised(x[u], eps);
      for (int h = 0; h < n.length; h++) {
        y[u][h] = g[h] * n[h] + b[h];
      }
    }
    return y;
  }

  @Override
  public double[][] backward(
      double[][] x, double[] g, double[] b, double eps, double[][] dy, double[] dg, double[] db) {
    double[][] dx = new double[x.length][x[0].length];
    Arrays.fill(dg, 0);
    Arrays.fill(db, 0);
    for (int u = 0; u < x.length; u++) {
      double[] n = normalised(x[u], eps);
      double[] dn = new double[n.length];
      double[] products = new double[n.length];
      for (int h = 0; h < n.length; h++) {
        dn[h] = g[h] * dy[u][h];
        products[h] = dn[h] * n[h];
        dg[h] += dy[u][h] * n[h];
        db[h] += dy[u][h];
      }
      double r = 1 / deviation(x[u], eps);
      double shift = mean(dn);
      double stretch = mean(products);
      for (int h = 0; h < n.length; h++) {
        dx[u][h] = r * (dn[h] - shift - n[h] * stretch);
      }
    }
    return dx;
  }

  private static double[] normalised(double[] x, double eps) {
    double mean = mean(x);
    double deviation = deviation(x, eps);
    return Arrays.stream(x).map(value -> (value - mean) / deviation).toArray();
  }

  private static double deviation(double[] x, double eps) {
    double mean = mean(x);
    return Math.sqrt(mean(Arrays.stream(x).map(v -> (v - mean) * (v - mean)).toArray()) + eps);
  }

  private static double mean(double[] x) {
    return Arrays.stream(x).sum() / x.length;
  }
}
