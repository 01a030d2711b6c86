package dev.elbo.verify;

import java.util.Arrays;

/**
 * How far a tensor is from what it should be, where it is farthest.
 *
 * @param at place of the largest difference, row-major
 * @param expected the value that should be there
 * @param found the value that is there
 * @param absolute how far apart the two are; infinite if one is NaN
 * @param relative the same as a share of the whole tensor's size: single values near zero are sums
 *     of larger ones, and cannot be more exact than these. Where the size is zero, the absolute
 *     difference.
 */
public record Difference(int at, double expected, double found, double absolute, double relative) {

  /**
   * Compares two tensors of the same shape, which has at least one value.
   *
   * @param expected what the values should be. Not modified.
   * @param found what they are. Not modified.
   * @param size of the tensor, such as its largest value
   */
  static Difference between(double[] expected, double[] found, double size) {
    int at = 0;
    double absolute = 0;
    for (int n = 0; n < expected.length; n++) {
      double apart = expected[n] == found[n] ? 0 : Math.abs(expected[n] - found[n]);
      apart = Double.isNaN(apart) ? Double.POSITIVE_INFINITY : apart;
      if (apart > absolute) {
        at = n;
        absolute = apart;
      }
    }
    return new Difference(
        at, expected[at], found[at], absolute, size == 0 ? absolute : absolute / size);
  }

  /**
   * Compares two tensors of the same shape, which has at least one value, as a share of the largest
   * value.
   *
   * @param expected what the values should be. Not modified.
   * @param found what they are. Not modified.
   */
  public static Difference between(double[] expected, double[] found) {
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    return between(expected, found, largest);
  }

  /** Whether it is no more than a relative difference; an infinite one never is. */
  public boolean isWithin(double tolerance) {
    return Double.isFinite(relative) && relative <= tolerance;
  }
}
