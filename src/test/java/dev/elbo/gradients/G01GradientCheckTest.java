package dev.elbo.gradients;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.Claim.Variable;
import dev.elbo.gradients.check.ComparedDerivative;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.GradientCheck.Form;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The measuring device, on functions whose derivatives are known.
 *
 * <p>Taylor's theorem, twice:
 *
 * <pre>
 * f(x + h) = f(x) + h f'(x) + h^2 f''(x) / 2 + h^3 f'''(x) / 6 + ...
 * f(x - h) = f(x) - h f'(x) + h^2 f''(x) / 2 - h^3 f'''(x) / 6 + ...
 * </pre>
 *
 * Subtracted and divided by {@code 2h}, the even terms are gone:
 *
 * <pre>
 * (f(x + h) - f(x - h)) / 2h = f'(x) + h^2 f'''(x) / 6 + ...        truncation: falls with h^2
 * </pre>
 *
 * A computer knows {@code f} to 16 digits only, an error of about {@code 1e-16 |f|}, which the
 * division by {@code 2h} makes large:
 *
 * <pre>
 * 1e-16 |f| / h                                                     rounding: rises as h falls
 * </pre>
 *
 * So a smaller step is not always better; see {@link #theErrorIsAV}. The method is in every
 * textbook of numerical analysis, such as Nocedal and Wright (2006), section 8.1.
 */
class G01GradientCheckTest {

  /** {@code f = sin(x0) + x1^2 x2}. */
  private final double[] x = {0.3, -2, 40};

  private final double[] gradient = {Math.cos(x[0]), 2 * x[1] * x[2], x[1] * x[1]};

  private final Claim claim =
      new Claim(List.of(new Variable("x", x, gradient)), () -> Math.sin(x[0]) + x[1] * x[1] * x[2]);

  private boolean agrees(Form form) {
    return GradientCheck.compare(claim, form).stream().allMatch(ComparedDerivative::agrees);
  }

  @ParameterizedTest
  @EnumSource
  void acceptsTheDerivativeAndLeavesXAsItWas(Form form) {
    assertTrue(agrees(form));
    assertArrayEquals(new double[] {0.3, -2, 40}, x);
  }

  @Test
  void measuresEachDerivative() {
    List<ComparedDerivative> found = GradientCheck.compare(claim, Form.EVERY_VALUE);
    assertEquals(
        List.of("x[0]", "x[1]", "x[2]"), found.stream().map(ComparedDerivative::place).toList());
    for (int n = 0; n < x.length; n++) {
      assertEquals(gradient[n], found.get(n).analytic());
      assertEquals(gradient[n], found.get(n).numeric(), 1e-6);
    }
  }

  /** An error in the fifth digit is noticed. */
  @Test
  void rejectsASmallError() {
    gradient[0] *= 1.0001;
    assertFalse(agrees(Form.EVERY_VALUE));
    gradient[0] = Math.cos(x[0]);
    gradient[2] *= 1.01;
    assertFalse(agrees(Form.ONE_DIRECTION));
  }

  @ParameterizedTest
  @EnumSource
  void rejectsASignAndANaN(Form form) {
    for (int n = 0; n < x.length; n++) {
      double right = gradient[n];
      gradient[n] = -right;
      assertFalse(agrees(form), "sign of x" + n);
      gradient[n] = Double.NaN;
      assertFalse(agrees(form), "NaN of x" + n);
      gradient[n] = right;
    }
  }

  @Test
  void saysWhereAndHowMuch() {
    gradient[1] = 160;
    ComparedDerivative worst =
        ComparedDerivative.worst(GradientCheck.compare(claim, Form.EVERY_VALUE));
    assertTrue(worst.toString().startsWith("x[1]: analytic 160.0, numeric -1"), worst::toString);
    assertTrue(worst.share() > 1);
    gradient[2] = Double.NaN; // worse than any number
    worst = ComparedDerivative.worst(GradientCheck.compare(claim, Form.EVERY_VALUE));
    assertEquals("x[2]", worst.place());
  }

  /** {@code (x + h)^2 - (x - h)^2 = 4xh}: no truncation, so a large step is as good as any. */
  @Test
  void aQuadraticHasNoTruncation() {
    double[] at = {3};
    Claim square = new Claim(List.of(new Variable("x", at, new double[] {6})), () -> at[0] * at[0]);
    assertEquals(0, error(square, 0.1), 1e-14);
  }

  /** {@code (x + h)^3 - (x - h)^3 = 6 x^2 h + 2 h^3}: the quotient is off by {@code h^2}. */
  @Test
  void aCubicIsOffByTheSquareOfTheStep() {
    double[] at = {1};
    Claim cube =
        new Claim(List.of(new Variable("x", at, new double[] {3})), () -> Math.pow(at[0], 3));
    for (double h : new double[] {1e-1, 1e-2, 1e-3}) {
      ComparedDerivative found = GradientCheck.compare(cube, Form.EVERY_VALUE, h).getFirst();
      assertEquals(h * h, found.numeric() - found.analytic(), 1e-12);
    }
  }

  /** Down with {@code h^2} by truncation, up with {@code 1/h} by rounding. */
  @Test
  void theErrorIsAV() {
    double[] at = {0.5};
    Claim exp =
        new Claim(
            List.of(new Variable("x", at, new double[] {Math.exp(0.5)})), () -> Math.exp(at[0]));
    assertEquals(100, error(exp, 1e-1) / error(exp, 1e-2), 1);
    assertEquals(100, error(exp, 1e-2) / error(exp, 1e-3), 1);
    double best = error(exp, GradientCheck.STEP);
    assertTrue(best < 1e-8);
    assertTrue(error(exp, 1e-12) > 1000 * best);
  }

  /**
   * Rounded to float32, {@code f} is off by up to {@code 6e-8 |f|}, and the quotient by {@code 6e-8
   * |f| / h}. Here {@code |f|} is 160, so that at the same step 0.1 is possible: of the slope
   * cos(0.3) = 0.955, one or two digits are left, too few to judge by.
   */
  @Test
  void float32RaisesTheFloor() {
    List<ComparedDerivative> found = GradientCheck.compare(claim.inFloat32(), Form.EVERY_VALUE);
    assertFalse(found.stream().allMatch(ComparedDerivative::agrees));
    double rounding = 6e-8 * Math.abs(claim.f().getAsDouble()) / GradientCheck.STEP;
    assertEquals(0.1, rounding, 0.01);
    assertTrue(found.getFirst().difference() < rounding);
    assertTrue(found.getFirst().difference() > rounding / 1000);
  }

  /**
   * Of {@code N} derivatives one is wrong by {@code d}. Along a random direction of unit length
   * that shows as {@code d u_n}, where {@code u_n} is of size {@code 1 / sqrt(N)}: a direction
   * finds what is wrong everywhere, and may miss what is wrong in one place of many.
   */
  @Test
  void oneDirectionDilutesASingleError() {
    double[] at = new double[10_000];
    double[] slope = new double[at.length];
    Claim constant = new Claim(List.of(new Variable("x", at, slope)), () -> 0);
    slope[7] = 1;
    double single = GradientCheck.compare(constant, Form.ONE_DIRECTION).getFirst().difference();
    assertTrue(single < 5 / Math.sqrt(at.length), () -> "diluted to " + single);
    assertEquals(1, GradientCheck.compare(constant, Form.EVERY_VALUE).get(7).difference());
  }

  /** Along a unit direction {@code u}, the slope is {@code <gradient, u>}. */
  @Test
  void oneDirectionIsOneSlope() {
    double[] at = {1, 2, 3, 4};
    double[] slope = {1, -1, 2, 5};
    Claim linear =
        new Claim(List.of(new Variable("x", at, slope)), () -> GradientCheck.dot(at, slope));
    List<ComparedDerivative> found = GradientCheck.compare(linear, Form.ONE_DIRECTION);
    assertEquals(1, found.size());
    assertEquals("x along a direction", found.getFirst().place());
    assertEquals(found.getFirst().analytic(), found.getFirst().numeric(), 1e-10);
    assertTrue(Math.abs(found.getFirst().analytic()) <= Math.sqrt(31), "u has unit length");
  }

  @Test
  void wantsOneDerivativePerValue() {
    assertThrows(
        IllegalArgumentException.class, () -> new Variable("x", new double[3], new double[2]));
  }

  private static double error(Claim claim, double step) {
    return ComparedDerivative.relativeError(GradientCheck.compare(claim, Form.EVERY_VALUE, step));
  }
}
