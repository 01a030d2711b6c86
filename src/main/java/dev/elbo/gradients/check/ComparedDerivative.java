package dev.elbo.gradients.check;

import java.util.Comparator;
import java.util.List;

/**
 * A claimed derivative beside the measured one.
 *
 * @param tensor name of the tensor
 * @param where which value of it: {@code [3]}, or {@code along a direction}
 * @param analytic what a backward pass claims
 * @param numeric what the function does
 */
public record ComparedDerivative(String tensor, String where, double analytic, double numeric) {

  /** Which derivative: {@code weight[3]}. */
  public String place() {
    return tensor + where;
  }

  /** How far apart they are. */
  public double difference() {
    return Math.abs(analytic - numeric);
  }

  /** How far apart they may be. */
  public double allowed() {
    return GradientCheck.allowed(analytic, numeric);
  }

  /** Whether the claim is right. A NaN is not. */
  public boolean agrees() {
    return difference() <= allowed();
  }

  /** The difference as a share of what is allowed; a NaN counts as infinite. */
  public double share() {
    double share = difference() / allowed();
    return Double.isNaN(share) ? Double.POSITIVE_INFINITY : share;
  }

  /** The comparison with the largest {@link #share}. */
  public static ComparedDerivative worst(List<ComparedDerivative> comparisons) {
    return comparisons.stream()
        .max(Comparator.comparingDouble(ComparedDerivative::share))
        .orElseThrow();
  }

  /**
   * How far all of them are apart together, {@code ||a - n|| / max(||a||, ||n||)}: one number for a
   * curve. 0 if all are zero.
   */
  public static double relativeError(List<ComparedDerivative> comparisons) {
    double differences = 0;
    double analytic = 0;
    double numeric = 0;
    for (ComparedDerivative one : comparisons) {
      differences += one.difference() * one.difference();
      analytic += one.analytic * one.analytic;
      numeric += one.numeric * one.numeric;
    }
    return differences == 0 ? 0 : Math.sqrt(differences / Math.max(analytic, numeric));
  }

  @Override
  public String toString() {
    return "%s: analytic %s, numeric %s; they differ by %.1e, allowed are %.1e"
        .formatted(place(), analytic, numeric, difference(), allowed());
  }
}
