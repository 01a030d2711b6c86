package dev.elbo.gradients.check;

import dev.elbo.gradients.check.Claim.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Compares a gradient with central differences in float64:
 *
 * <pre>
 * (f(x + h) - f(x - h)) / 2h = f'(x) + h^2 f'''(x) / 6 + ...
 * </pre>
 *
 * <p>The quotient has two errors. Truncation, {@code h^2 |f'''| / 6}, falls with the step;
 * rounding, about {@code 1e-16 |f| / h}, rises as the step falls. Their sum over {@code h}, on
 * logarithmic axes, is a V: {@code elbo gradcheck --plot} draws it.
 */
public final class GradientCheck {

  /**
   * Step of the differences, as a multiple of {@code max(1, |x|)}.
   *
   * <p>The two errors together are smallest near {@code h = 1e-5}; 1e-4 is on the side of
   * truncation, which is smooth. At {@code h = 1e-8} rounding alone is 1e-8 and more.
   */
  public static final double STEP = 1e-4;

  /**
   * How far an analytic derivative may be from the numeric one when both are near zero. The
   * functions here are of size 1 to 100, and so are their third derivatives: errors of 1e-9 to 1e-8
   * are to be expected, by the two terms of {@link #STEP}.
   *
   * <p>Measured, as a share of what {@link #allowed} gives, the largest difference is 0.03 for
   * single layers and 0.16 for whole models. Wrong gradients are apart by 1e-3 and more.
   */
  private static final double ABSOLUTE = 1e-7;

  /** The same as a share of the larger of the two, for derivatives that are not near zero. */
  private static final double RELATIVE = 1e-5;

  /** How a gradient is compared. */
  public enum Form {
    /** Each derivative by itself: it tells which one is wrong. Two evaluations per value. */
    EVERY_VALUE {
      @Override
      List<ComparedDerivative> compare(Variable x, Claim claim, double step) {
        List<ComparedDerivative> comparisons = new ArrayList<>();
        double[] direction = new double[x.values().length];
        for (int n = 0; n < direction.length; n++) {
          direction[n] = 1;
          double h = step * Math.max(1, Math.abs(x.values()[n]));
          double numeric = slope(direction, h, x, claim);
          comparisons.add(
              new ComparedDerivative(x.name(), "[" + n + "]", x.gradient()[n], numeric));
          direction[n] = 0;
        }
        return comparisons;
      }
    },

    /**
     * Each tensor along one random direction {@code u} of unit length: two evaluations, however
     * large the tensor is. A wrong gradient is seen unless its error happens to be orthogonal to
     * {@code u}. Of {@code N} derivatives a single wrong one is diluted by about {@code 1 /
     * sqrt(N)}; {@link #EVERY_VALUE} shows it whole. Where {@code f = <v, y(x)>} this compares
     * {@code v^T J u}.
     */
    ONE_DIRECTION {
      @Override
      List<ComparedDerivative> compare(Variable x, Claim claim, double step) {
        // The same direction each time, so that a sweep of steps follows one curve.
        double[] direction = RandomValues.normal(x.values().length, new SplittableRandom(1));
        double length = Math.sqrt(dot(direction, direction));
        double largest = 1;
        for (int n = 0; n < direction.length; n++) {
          direction[n] /= length;
          largest = Math.max(largest, Math.abs(x.values()[n]));
        }
        double numeric = slope(direction, step * largest, x, claim);
        double analytic = dot(x.gradient(), direction);
        return List.of(new ComparedDerivative(x.name(), " along a direction", analytic, numeric));
      }
    };

    abstract List<ComparedDerivative> compare(Variable x, Claim claim, double step);
  }

  private GradientCheck() {}

  /** Compares with the usual step. */
  public static List<ComparedDerivative> compare(Claim claim, Form form) {
    return compare(claim, form, STEP);
  }

  /**
   * Compares the claimed gradient with differences of the function.
   *
   * @param claim the claim. Its values are modified, and restored.
   * @param form each value, or a direction per tensor
   * @param step as a multiple of {@code max(1, |x|)}
   * @return what was found, in the order of the variables
   */
  public static List<ComparedDerivative> compare(Claim claim, Form form, double step) {
    return claim.variables().stream().flatMap(x -> form.compare(x, claim, step).stream()).toList();
  }

  /** {@code (f(x + hu) - f(x - hu)) / 2h}. */
  private static double slope(double[] u, double h, Variable x, Claim claim) {
    double[] at = x.values().clone();
    moveTo(x.values(), at, h, u);
    double above = claim.f().getAsDouble();
    moveTo(x.values(), at, -h, u);
    double below = claim.f().getAsDouble();
    System.arraycopy(at, 0, x.values(), 0, at.length);
    return (above - below) / (2 * h);
  }

  private static void moveTo(double[] x, double[] at, double h, double[] u) {
    for (int n = 0; n < x.length; n++) {
      x[n] = at[n] + h * u[n];
    }
  }

  /** How far an analytic and a numeric derivative may be apart. */
  public static double allowed(double analytic, double numeric) {
    return ABSOLUTE + RELATIVE * Math.max(Math.abs(analytic), Math.abs(numeric));
  }

  /** The inner product. */
  public static double dot(double[] left, double[] right) {
    double sum = 0;
    for (int n = 0; n < left.length; n++) {
      sum += left[n] * right[n];
    }
    return sum;
  }
}
