package dev.elbo.testing;

/** Every tolerance of the tests, with its reason. */
public final class Tolerances {

  /**
   * Step of central differences at {@code x}, as a multiple of {@code max(1, |x|)}.
   *
   * <p>The difference quotient has two errors: truncation, {@code h^2 |f'''| / 6}, and rounding,
   * about {@code 1e-16 |f| / h}. Together they are smallest near {@code h = 1e-5}; 1e-4 is on the
   * side of truncation, which is smooth. At {@code h = 1e-8} rounding alone is 1e-8 and more.
   */
  private static final double STEP = 1e-4;

  /**
   * How far an analytic gradient may be from the numeric one when both are near zero. Functions of
   * these tests are of size 1 to 100, and so are their third derivatives: errors of 1e-9 to 1e-8
   * are to be expected, by the two terms of {@link #step}.
   *
   * <p>Measured, as a share of what {@link #gradient} allows, the largest difference is 0.01 for
   * single layers and 0.03 for whole models. Wrong gradients are apart by 1e-3 and more.
   */
  private static final double GRADIENT_ABSOLUTE = 1e-7;

  /** The same as a share of the larger of the two, for gradients that are not near zero. */
  private static final double GRADIENT_RELATIVE = 1e-5;

  /**
   * How far apart two ways to compute one value in float64 may be, as a share of its terms' size: a
   * sum of a few hundred terms in another order, an adjoint, a formula with its factors rearranged.
   * One rounding is 1e-16; a few hundred in a row, at worst all in one direction, stay below 1e-13.
   */
  public static final double FLOAT64 = 1e-12;

  /**
   * How far a float32 engine may be from the reference, relative to {@code max(1, |value|)}. One
   * rounding is 6e-8; the tests' longest sums have 300 terms whose errors mostly cancel, and ten
   * updates add to them. Wrong arithmetic is apart by 1e-2 and more.
   */
  public static final double FLOAT32 = 1e-4;

  /**
   * How many standard errors an average of random draws may be off. Seeds are fixed, so a test
   * passes always or never; 5 is so rare (6e-7) that to miss it means a wrong distribution.
   */
  public static final double STANDARD_ERRORS = 5;

  private Tolerances() {}

  /** Step of central differences at {@code x}. */
  public static double step(double x) {
    return STEP * Math.max(1, Math.abs(x));
  }

  /** How far an analytic and a numeric derivative may be apart. */
  public static double gradient(double analytic, double numeric) {
    return GRADIENT_ABSOLUTE + GRADIENT_RELATIVE * Math.max(Math.abs(analytic), Math.abs(numeric));
  }
}
