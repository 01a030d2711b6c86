package dev.elbo.linalg;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Elementary functions on vectors of float32. Each lane goes through the same additions,
 * multiplications and fused multiply-adds whatever the number of lanes, so the results are the same
 * to the bit for every vector width; the JDK's own vector functions do not promise that.
 *
 * <p>Largest errors over all floats, in units in the last place of the exact result, measured by
 * the tests: exp 1, log 1, tanh 2.
 */
public final class VectorMath {

  /** The widest vectors of this machine, up to 512 bits. No result depends on how wide they are. */
  public static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.vectorBitSize() > 512
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;

  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HIGH = 0.6933594f; // 10 bits: n * LN2_HIGH is exact
  private static final float LN2_LOW = -2.1219444e-4f;

  /** Adding it rounds to an integer, which then stands in the low bits. */
  private static final float ROUNDER = 0x1.8p23f;

  private static final int ROUNDER_BITS = Float.floatToRawIntBits(ROUNDER);
  private static final int EXPONENT_BIAS = 127;
  private static final int MANTISSA_BITS = 23;

  // Beyond these, exp is infinity or rounds to 0.
  private static final float EXP_HIGHEST = 89;
  private static final float EXP_LOWEST = -104;

  /** From half of this on, tanh rounds to 1. */
  private static final float TANH_ONE = 20;

  /** Bits of sqrt(1/2): log works on mantissas from there to sqrt(2). */
  private static final int SQRT_HALF_BITS = 0x3F3504F3;

  private static final int MANTISSA_MASK = (1 << MANTISSA_BITS) - 1;
  private static final int SIGN_MASK = Integer.MIN_VALUE;

  private VectorMath() {}

  /**
   * {@code e^x}. With {@code n} the integer nearest to {@code x / ln 2} and {@code r = x - n ln 2},
   * {@code e^x = 2^n e^r}, and {@code e^r} is a polynomial: the coefficients are those of Moshier's
   * Cephes library (expf.c). {@code 2^n} is applied in two halves, which covers infinity and the
   * subnormal numbers.
   */
  public static FloatVector exp(FloatVector x) {
    FloatVector bounded = x.min(EXP_HIGHEST).max(EXP_LOWEST);
    FloatVector shifted = bounded.fma(LOG2_E, ROUNDER);
    FloatVector p = expOfRest(bounded, shifted);
    IntVector exponent = shifted.reinterpretAsInts().sub(ROUNDER_BITS);
    IntVector half = exponent.lanewise(ASHR, 1);
    return p.mul(powerOfTwo(half)).mul(powerOfTwo(exponent.sub(half)));
  }

  /** {@code e^r}, with {@code shifted = n + ROUNDER} and {@code r = x - n ln 2}. */
  private static FloatVector expOfRest(FloatVector x, FloatVector shifted) {
    FloatVector n = shifted.sub(ROUNDER);
    FloatVector r = n.fma(broadcast(x, -LN2_HIGH), x);
    r = n.fma(broadcast(x, -LN2_LOW), r);
    FloatVector p = broadcast(x, 1.9875691e-4f);
    p = p.fma(r, broadcast(x, 0.0013981999f));
    p = p.fma(r, broadcast(x, 0.008333452f));
    p = p.fma(r, broadcast(x, 0.041665796f));
    p = p.fma(r, broadcast(x, 0.16666666f));
    p = p.fma(r, broadcast(x, 0.5f));
    return p.fma(r.mul(r), r).add(1);
  }

  private static FloatVector powerOfTwo(IntVector n) {
    return n.add(EXPONENT_BIAS).lanewise(LSHL, MANTISSA_BITS).reinterpretAsFloats();
  }

  /**
   * {@code e^x - 1 - x}: near 0 the terms from {@code x^2 / 2} on, where the difference would leave
   * nothing but rounding errors.
   */
  public static FloatVector expMinusLinear(FloatVector x) {
    FloatVector series = broadcast(x, 1f / 720);
    series = series.fma(x, broadcast(x, 1f / 120));
    series = series.fma(x, broadcast(x, 1f / 24));
    series = series.fma(x, broadcast(x, 1f / 6));
    series = series.fma(x, broadcast(x, 0.5f)).mul(x).mul(x);
    return exp(x).sub(1).sub(x).blend(series, x.abs().compare(LT, 0.25f));
  }

  /**
   * The natural logarithm. With {@code x = 2^k (1 + f)}, {@code sqrt(1/2) <= 1 + f < sqrt(2)}, and
   * {@code s = f / (2 + f)}, {@code log x = k ln 2 + log((1 + s) / (1 - s))}, an odd series in
   * {@code s}: the arrangement and the coefficients are those of FreeBSD's msun (e_logf.c).
   */
  public static FloatVector log(FloatVector x) {
    VectorMask<Float> subnormal = x.compare(LT, Float.MIN_NORMAL);
    FloatVector scaled = x.blend(x.mul(0x1p23f), subnormal);
    IntVector bits = scaled.reinterpretAsInts().sub(SQRT_HALF_BITS);
    FloatVector k =
        ((FloatVector) bits.lanewise(ASHR, MANTISSA_BITS).convert(VectorOperators.I2F, 0));
    k = k.blend(k.sub(MANTISSA_BITS), subnormal);
    FloatVector f = bits.and(MANTISSA_MASK).add(SQRT_HALF_BITS).reinterpretAsFloats().sub(1);
    FloatVector s = f.div(f.add(2));
    FloatVector z = s.mul(s);
    FloatVector series = broadcast(x, 0.24279079f);
    series = series.fma(z, broadcast(x, 0.28498787f));
    series = series.fma(z, broadcast(x, 0.40000972f));
    series = series.fma(z, broadcast(x, 0.6666666f)).mul(z);
    FloatVector halfSquare = f.mul(0.5f).mul(f);
    FloatVector low = s.fma(halfSquare.add(series), k.mul(9.058001e-6f));
    FloatVector result = k.fma(broadcast(x, 0.6931381f), f.add(low.sub(halfSquare)));
    result = result.blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0));
    result = result.blend(Float.NaN, x.compare(LT, 0));
    VectorMask<Float> notFinite = x.test(VectorOperators.IS_FINITE).not();
    return result.blend(x, notFinite.andNot(x.compare(LT, 0)));
  }

  /**
   * The hyperbolic tangent: an odd polynomial below 0.625 (Cephes, tanhf.c), {@code 1 - 2 / (e^2|x|
   * + 1)} above, with the sign of {@code x}.
   */
  public static FloatVector tanh(FloatVector x) {
    FloatVector magnitude = x.abs();
    FloatVector tanh =
        tanhOfLarge(magnitude).blend(tanhOfSmall(magnitude), magnitude.compare(LT, 0.625f));
    IntVector sign = x.reinterpretAsInts().and(SIGN_MASK);
    return tanh.reinterpretAsInts().or(sign).reinterpretAsFloats();
  }

  /**
   * Not through {@link #exp}, whose care for infinity and subnormals is not needed: the compiler
   * inlines so much and no more, and beyond it every vector becomes an object.
   */
  private static FloatVector tanhOfLarge(FloatVector x) {
    FloatVector twice = x.add(x).min(TANH_ONE);
    FloatVector shifted = twice.fma(LOG2_E, ROUNDER);
    IntVector exponent = shifted.reinterpretAsInts().sub(ROUNDER_BITS);
    FloatVector exp = expOfRest(twice, shifted).mul(powerOfTwo(exponent));
    return broadcast(x, 1).sub(broadcast(x, 2).div(exp.add(1)));
  }

  private static FloatVector tanhOfSmall(FloatVector x) {
    FloatVector z = x.mul(x);
    FloatVector p = broadcast(x, -0.0057049887f);
    p = p.fma(z, broadcast(x, 0.020639088f));
    p = p.fma(z, broadcast(x, -0.053739715f));
    p = p.fma(z, broadcast(x, 0.13331442f));
    p = p.fma(z, broadcast(x, -0.3333328f));
    return p.mul(z).fma(x, x);
  }

  private static FloatVector broadcast(FloatVector like, float value) {
    return FloatVector.broadcast(like.species(), value);
  }
}
