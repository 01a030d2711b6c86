package dev.elbo.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GradientCheckTest {

  private final double[] x = {0.3, -2, 40};
  private final double[] gradient = {Math.cos(x[0]), 2 * x[1] * x[2], x[1] * x[1]};

  private double f() {
    return Math.sin(x[0]) + x[1] * x[1] * x[2];
  }

  @Test
  void acceptsTheDerivativeAndRestoresX() {
    GradientCheck.elementwise("x", x, gradient, this::f);
    GradientCheck.projected("x", x, gradient, this::f, new SplittableRandom(1));
    assertArrayEquals(new double[] {0.3, -2, 40}, x);
  }

  @Test
  void namesTensorIndexAndBothValues() {
    gradient[1] = 160;
    var error =
        assertThrows(
            AssertionError.class,
            () -> GradientCheck.elementwise("q.weight", x, gradient, this::f));
    assertTrue(
        error.getMessage().startsWith("q.weight[1]: analytic 160.0, numeric -1"),
        error::getMessage);
  }

  @Test
  void rejectsASmallErrorInEitherForm() {
    gradient[0] *= 1.0001;
    assertThrows(AssertionError.class, () -> GradientCheck.elementwise("x", x, gradient, this::f));
    gradient[0] = Math.cos(x[0]);
    gradient[2] *= 1.01;
    assertThrows(
        AssertionError.class,
        () -> GradientCheck.projected("x", x, gradient, this::f, new SplittableRandom(1)));
  }

  @Test
  void rejectsNaN() {
    gradient[0] = Double.NaN;
    assertThrows(AssertionError.class, () -> GradientCheck.elementwise("x", x, gradient, this::f));
  }

  @Test
  void rejectsAGradientOfAnotherSize() {
    assertThrows(
        AssertionError.class, () -> GradientCheck.elementwise("x", x, new double[2], this::f));
  }
}
