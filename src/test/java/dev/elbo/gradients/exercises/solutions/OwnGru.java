package dev.elbo.gradients.exercises.solutions;

import dev.elbo.own.Task;
import java.util.ArrayList;
import java.util.List;

/** The solution of gru. */
final class OwnGru implements Task.Gru {
  /** What a step computes; {@code before} is the state that it starts from. */
  private record Step(double[] before, double[] r, double[] u, double[] n, double[] c) {

    static Step of(double[] x, double[] h, double[][] Wi, double[][] Wh, double[] bi, double[] bh) {
      int units = h.length;
      double[] a = affine(Wi, x, bi);
      double[] c = affine(Wh, h, bh);
      double[] r = new double[units];
      double[] u = new double[units];
      double[] n = new double[units];
      for (int k = 0; k < units; k++) {
        r[k] = sigmoid(a[k] + c[k]);
        u[k] = sigmoid(a[units + k] + c[units + k]);
        n[k] = Math.tanh(a[2 * units + k] + r[k] * c[2 * units + k]);
      }
      return new Step(h, r, u, n, c);
    }

    double[] after() {
      double[] h = new double[before.length];
      for (int k = 0; k < h.length; k++) {
        h[k] = (1 - u[k]) * n[k] + u[k] * before[k];
      }
      return h;
    }
  }

  @Override
  public double[][] forward(double[][] x, double[][] Wi, double[][] Wh, double[] bi, double[] bh) {
    return steps(x, Wi, Wh, bi, bh).stream().map(Step::after).toArray(double[][]::new);
  }

  private static List<Step> steps(
      double[][] x, double[][] Wi, double[][] Wh, double[] bi, double[] bh) {
    List<Step> steps = new ArrayList<>();
    double[] h = new double[Wh[0].length];
    for (double[] input : x) {
      steps.add(Step.of(input, h, Wi, Wh, bi, bh));
      h = steps.getLast().after();
    }
    return steps;
  }

  @Override
  public double[][] backward(
      double[][] x,
      double[][] Wi,
      double[][] Wh,
      double[] bi,
      double[] bh,
      double[][] dy,
      double[][] dWi,
      double[][] dWh,
      double[] dbi,
      double[] dbh) {
    int units = Wh[0].length;
    List<Step> steps = steps(x, Wi, Wh, bi, bh);
    double[][] dx = new double[x.length][Wi[0].length];
    double[] fromNext = new double[units];
    for (int t = x.length - 1; t >= 0; t--) {
      Step step = steps.get(t);
      double[] da = new double[3 * units];
      double[] dc = new double[3 * units];
      double[] back = new double[units];
      for (int k = 0; k < units; k++) {
        double r = step.r[k];
        double u = step.u[k];
        double n = step.n[k];
        double dh = dy[t][k] + fromNext[k];
        double dn = dh * (1 - u) * (1 - n * n);
        da[k] = dn * step.c[2 * units + k] * r * (1 - r);
        da[units + k] = dh * (step.before[k] - n) * u * (1 - u);
        da[2 * units + k] = dn;
        dc[k] = da[k];
        dc[units + k] = da[units + k];
        dc[2 * units + k] = dn * r;
        back[k] = dh * u;
      }
      for (int g = 0; g < 3 * units; g++) {
        dbi[g] += da[g];
        dbh[g] += dc[g];
        for (int i = 0; i < x[t].length; i++) {
          dWi[g][i] += da[g] * x[t][i];
          dx[t][i] += da[g] * Wi[g][i];
        }
        for (int k = 0; k < units; k++) {
          dWh[g][k] += dc[g] * step.before[k];
          back[k] += dc[g] * Wh[g][k];
        }
      }
      fromNext = back;
    }
    return dx;
  }

  private static double[] affine(double[][] W, double[] x, double[] b) {
    double[] y = b.clone();
    for (int g = 0; g < y.length; g++) {
      for (int i = 0; i < x.length; i++) {
        y[g] += W[g][i] * x[i];
      }
    }
    return y;
  }

  private static double sigmoid(double a) {
    return 1 / (1 + Math.exp(-a));
  }
}
