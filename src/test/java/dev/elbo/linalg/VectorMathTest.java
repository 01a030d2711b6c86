package dev.elbo.linalg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.junit.jupiter.api.Test;

/**
 * Each function is compared with the JDK's in float64, in units in the last place (ulp) of the
 * float nearest to the exact result, over floats of every exponent and both signs.
 */
class VectorMathTest {

  /** Every 4,097th float: all exponents, and ever other mantissas. */
  private static final int STRIDE = 4097;

  private static final float[] SPECIAL = {
    0f,
    -0f,
    1f,
    -1f,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN,
    88.72283f,
    88.72284f,
    -87.33655f,
    -103.97208f,
    -103.97209f,
    0.625f,
    0.62499994f,
    9.010913f
  };

  @Test
  void expIsWithinOneUlp() {
    assertWithin(1, VectorMath::exp, Math::exp);
  }

  @Test
  void logIsWithinOneUlp() {
    assertWithin(1, VectorMath::log, Math::log);
  }

  @Test
  void tanhIsWithinTwoUlps() {
    assertWithin(2, VectorMath::tanh, Math::tanh);
  }

  @Test
  void tanhKeepsTheSignOfZero() {
    assertEquals(-0f, apply(VectorMath::tanh, FloatVector.SPECIES_128, -0f));
  }

  @Test
  void theNumberOfLanesChangesNoBit() {
    for (float x : SPECIAL) {
      assertSameForAllSpecies(x);
    }
    for (long bits = Integer.MIN_VALUE; bits <= Integer.MAX_VALUE; bits += 50 * STRIDE) {
      assertSameForAllSpecies(Float.intBitsToFloat((int) bits));
    }
  }

  private static void assertSameForAllSpecies(float x) {
    assertSameForAllSpecies(VectorMath::exp, x);
    assertSameForAllSpecies(VectorMath::log, x);
    assertSameForAllSpecies(VectorMath::tanh, x);
  }

  private static void assertSameForAllSpecies(UnaryOperator<FloatVector> function, float x) {
    float expected = apply(function, FloatVector.SPECIES_64, x);
    assertEquals(expected, apply(function, FloatVector.SPECIES_128, x));
    assertEquals(expected, apply(function, FloatVector.SPECIES_256, x));
    assertEquals(expected, apply(function, FloatVector.SPECIES_512, x));
  }

  private static void assertWithin(
      double ulps, UnaryOperator<FloatVector> function, DoubleUnaryOperator exact) {
    for (float x : SPECIAL) {
      assertWithin(ulps, x, exact.applyAsDouble(x), apply(function, VectorMath.SPECIES, x));
    }
    float[] in = new float[VectorMath.SPECIES.length()];
    float[] out = new float[in.length];
    for (long bits = Integer.MIN_VALUE; bits <= Integer.MAX_VALUE; ) {
      for (int lane = 0; lane < in.length; lane++, bits += STRIDE) {
        in[lane] = Float.intBitsToFloat((int) bits);
      }
      function.apply(FloatVector.fromArray(VectorMath.SPECIES, in, 0)).intoArray(out, 0);
      for (int lane = 0; lane < in.length; lane++) {
        assertWithin(ulps, in[lane], exact.applyAsDouble(in[lane]), out[lane]);
      }
    }
  }

  private static void assertWithin(double ulps, float x, double exact, float found) {
    float nearest = (float) exact;
    boolean same = Float.compare(nearest, found) == 0 || nearest == found;
    boolean close =
        Float.isFinite(nearest)
            && Float.isFinite(found)
            && Math.abs(found - exact) <= ulps * Math.ulp(nearest);
    assertTrue(same || close, () -> "f(%s): expected %s, found %s".formatted(x, exact, found));
  }

  private static float apply(
      UnaryOperator<FloatVector> function, VectorSpecies<Float> species, float x) {
    return function.apply(FloatVector.broadcast(species, x)).lane(0);
  }
}
