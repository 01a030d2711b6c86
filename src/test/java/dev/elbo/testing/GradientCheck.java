package dev.elbo.testing;

import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;

/**
 * Compares a gradient with central differences, {@code (f(x + h) - f(x - h)) / 2h}, in float64.
 *
 * <p>The function is a scalar one. A layer becomes scalar by an inner product with a fixed random
 * {@code C} of the output's shape: the gradient of {@code <forward(x), C>} is {@code backward(C)}.
 */
public final class GradientCheck {

  private GradientCheck() {}

  /**
   * Checks every value of a tensor.
   *
   * @param tensor its name, for the message
   * @param x its values, which {@code f} reads. Modified, and restored.
   * @param gradient gradient of {@code f} with respect to {@code x}. Not modified.
   * @param f the function
   * @throws AssertionError with tensor, index, analytic and numeric value of the first that differs
   */
  public static void elementwise(String tensor, double[] x, double[] gradient, DoubleSupplier f) {
    assertSameLength(tensor, x, gradient);
    for (int n = 0; n < x.length; n++) {
      double at = x[n];
      double h = Tolerances.step(at);
      x[n] = at + h;
      double above = f.getAsDouble();
      x[n] = at - h;
      double below = f.getAsDouble();
      x[n] = at;
      compare(tensor + "[" + n + "]", gradient[n], (above - below) / (2 * h));
    }
  }

  /**
   * Checks a tensor along one random direction {@code u} of unit length: two evaluations, however
   * large the tensor is. With the layer's {@code C} for {@code v}, it compares {@code v'Ju}.
   *
   * @param tensor its name, for the message
   * @param x its values, which {@code f} reads. Modified, and restored.
   * @param gradient gradient of {@code f} with respect to {@code x}. Not modified.
   * @param f the function
   * @param random draws the direction
   * @throws AssertionError with tensor, analytic and numeric value if they differ
   */
  public static void projected(
      String tensor, double[] x, double[] gradient, DoubleSupplier f, RandomGenerator random) {
    assertSameLength(tensor, x, gradient);
    double[] u = random.doubles(x.length, -1, 1).toArray();
    double length = Math.sqrt(dot(u, u));
    double largest = 0;
    for (int n = 0; n < x.length; n++) {
      u[n] /= length;
      largest = Math.max(largest, Math.abs(x[n]));
    }
    double h = Tolerances.step(largest);
    double[] at = x.clone();
    moveTo(x, at, h, u);
    double above = f.getAsDouble();
    moveTo(x, at, -h, u);
    double below = f.getAsDouble();
    System.arraycopy(at, 0, x, 0, x.length);
    compare(tensor + " along a direction", dot(gradient, u), (above - below) / (2 * h));
  }

  private static void moveTo(double[] x, double[] at, double h, double[] u) {
    for (int n = 0; n < x.length; n++) {
      x[n] = at[n] + h * u[n];
    }
  }

  /** The inner product. */
  public static double dot(double[] left, double[] right) {
    double sum = 0;
    for (int n = 0; n < left.length; n++) {
      sum += left[n] * right[n];
    }
    return sum;
  }

  private static void assertSameLength(String tensor, double[] x, double[] gradient) {
    if (x.length != gradient.length) {
      throw new AssertionError(
          "%s: %d values, but %d gradients".formatted(tensor, x.length, gradient.length));
    }
  }

  private static void compare(String place, double analytic, double numeric) {
    double allowed = Tolerances.gradient(analytic, numeric);
    double difference = Math.abs(analytic - numeric);
    if (!(difference <= allowed)) { // so that a NaN fails
      throw new AssertionError(
          "%s: analytic %s, numeric %s; they differ by %.1e, allowed are %.1e"
              .formatted(place, analytic, numeric, difference, allowed));
    }
  }
}
