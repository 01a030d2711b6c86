package dev.elbo.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.elbo.engine.Pass;
import dev.elbo.model.Noise;
import dev.elbo.testing.GradientCheck;
import java.util.Arrays;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;

/** Checks the backward pass of one layer against its forward pass. */
final class LayerCheck {

  private LayerCheck() {}

  /** Users of the passes have rows other than their positions, so that the two are not mistaken. */
  static final int FIRST_USER = 90;

  /** A pass over so many users, from {@link #FIRST_USER} on. */
  static Pass pass(int users, Noise noise, double beta) {
    return new Pass(IntStream.range(FIRST_USER, FIRST_USER + users).toArray(), noise, beta);
  }

  /**
   * Checks {@code backward(c)} against differences of {@code <forward(x), c>}, for the input and
   * for every parameter.
   */
  static <X, Y> void gradients(Layer<X, Y> layer, X x, Y c, Pass pass) {
    gradients(layer, x, c, pass, () -> dot(layer.forward(x, pass), c));
  }

  /** The same for a layer that adds a term of its own to {@code f}. */
  static <X, Y> void gradients(Layer<X, Y> layer, X x, Y c, Pass pass, DoubleSupplier f) {
    for (Parameter parameter : layer.parameters()) {
      Arrays.fill(parameter.gradient().data, 7); // a leftover: it must be overwritten
    }
    double[] input = values(x).clone();
    double[] cotangent = values(c).clone();
    layer.forward(x, pass);
    X dX = layer.backward(c);
    assertArrayEquals(input, values(x), "x is not to be modified");
    assertArrayEquals(cotangent, values(c), "dY is not to be modified");

    GradientCheck.elementwise("x", values(x), values(dX), f);
    for (Parameter parameter : layer.parameters()) {
      GradientCheck.elementwise(
          parameter.name(), parameter.value().data, parameter.gradient().data, f);
    }
  }

  /** The inner product, {@code sum x_n y_n}. */
  static double dot(Object x, Object y) {
    return GradientCheck.dot(values(x), values(y));
  }

  /** The Euclidean length, {@code sqrt(sum x_n^2)}. */
  static double norm(Object x) {
    return Math.sqrt(dot(x, x));
  }

  private static double[] values(Object x) {
    return switch (x) {
      case DMatrixRMaj dense -> dense.data;
      case SparseRows rows -> rows.values();
      default -> throw new IllegalArgumentException(x.getClass().getName());
    };
  }
}
