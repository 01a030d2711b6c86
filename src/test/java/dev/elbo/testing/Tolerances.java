package dev.elbo.testing;

/**
 * Every tolerance of the tests, with its reason. Those of the gradient check belong to it: see
 * {@link dev.elbo.gradients.check.GradientCheck}.
 */
public final class Tolerances {

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
   * How far a sum of products may be whose factors were rounded to TF32, as a share of its terms'
   * size: a factor of 11 bits is off by 2^-11 at most, two of them by twice that.
   */
  public static final double TF32 = 0x1.1p-10;

  /**
   * How far a float32 engine may be from the golden tensors, as a share of their size; of
   * parameters after updates, of their movement, beside the rounding of the parameter itself. This
   * rounding is measured to be all there is: over the 22 cases a movement is off by 6e-5 where
   * parameters are near 1, by 2e-4 where they are near 3, by 3e-2 where they are near 750, and
   * never by more than the rounding. Adam with a beta2 of 0.99 is off by 6e-3.
   */
  public static final double GOLDEN_FLOAT32 = 1e-4;

  /**
   * How far what ONNX Runtime computes in float32 may be from the reference, as a share of the
   * largest score. A rounding is 6e-8, and the sums have a dozen terms.
   */
  public static final double ONNX = 1e-5;

  /**
   * How many standard errors an average of random draws may be off. Seeds are fixed, so a test
   * passes always or never; 5 is so rare (6e-7) that to miss it means a wrong distribution.
   */
  public static final double STANDARD_ERRORS = 5;

  private Tolerances() {}
}
