package dev.elbo.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.random.Philox.Purpose;
import dev.elbo.testing.Tolerances;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PhiloxTest {

  /** The rows for {@code philox4x32 10} in {@code kat_vectors} of the authors' Random123. */
  @Test
  void knownAnswers() {
    assertArrayEquals(
        new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}, block(0, 0, 0, 0, 0));
    assertArrayEquals(
        new int[] {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}, block(-1, -1, -1, -1, -1));
    assertArrayEquals(
        new int[] {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
        block(0x299f31d0a4093822L, 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344));
  }

  private static int[] block(long key, int c0, int c1, int c2, int c3) {
    int[] out = new int[4];
    Philox.block(key, c0, c1, c2, c3, out);
    return out;
  }

  @Test
  void uniformIsInsideTheOpenUnitInterval() {
    assertEquals(0x1p-33, Philox.uniform(0));
    assertEquals(1 - 0x1p-33, Philox.uniform(-1));
    assertEquals(0.5 + 0x1p-33, Philox.uniform(0x80000000));
  }

  @Test
  void normalsAreBoxAndMullers() {
    double[] out = new double[2];
    Philox.normals(0x40000000, 0x20000000, out, 0); // u = 1/4, an angle of 45 degrees
    double side = Math.sqrt(-2 * Math.log(0.25)) / Math.sqrt(2);
    assertArrayEquals(new double[] {side, side}, out, 1e-8);

    double[] last = new double[3];
    Philox.normals(0x40000000, 0x20000000, last, 2); // there is room for one only
    assertArrayEquals(new double[] {0, 0, out[0]}, last);
  }

  @Test
  void aStreamReadsItsBlocksInTurn() {
    Philox random = Philox.stream(11, Purpose.SHUFFLE, 4);
    int[] first = block(11, 0, 0, 4, -2);
    int[] second = block(11, 1, 0, 4, -2);
    int[] read = random.ints(8).toArray();
    assertArrayEquals(first, Arrays.copyOf(read, 4));
    assertArrayEquals(second, Arrays.copyOfRange(read, 4, 8));

    Philox again = Philox.stream(11, Purpose.SHUFFLE, 4);
    assertEquals((first[0] & 0xffff_ffffL) | ((long) first[1] << 32), again.nextLong());
  }

  @Test
  void streamsDependOnSeedPurposeAndNumber() {
    long[] draws =
        new long[] {
          Philox.stream(1, Purpose.SHUFFLE, 0).nextLong(),
          Philox.stream(2, Purpose.SHUFFLE, 0).nextLong(),
          Philox.stream(1L << 32, Purpose.SHUFFLE, 0).nextLong(),
          Philox.stream(1, Purpose.SHUFFLE, 1).nextLong(),
          Philox.stream(1, Purpose.INITIALIZATION, 0).nextLong(),
          Philox.stream(1, Purpose.SYNTHETIC_DATA, 0).nextLong(),
          Philox.stream(1, Purpose.RESAMPLING, 0).nextLong(),
          Philox.stream(1, Purpose.SEARCH, 0).nextLong()
        };
    assertEquals(draws.length, Arrays.stream(draws).distinct().count());
    assertEquals(draws[0], Philox.stream(1, Purpose.SHUFFLE, 0).nextLong());
  }

  @Test
  void gaussiansAreStandardNormal() {
    int count = 100_000;
    Philox random = Philox.stream(1, Purpose.SYNTHETIC_DATA, 0);
    double[] draws = new double[count];
    Arrays.setAll(draws, _ -> random.nextGaussian());
    assertStandardNormal(draws);
    assertFalse(Arrays.stream(draws).anyMatch(draw -> Math.abs(draw) > 6.8), "beyond 2^-33");
  }

  /**
   * Mean 0 and variance 1, whose standard errors are {@code sqrt(1/n)} and {@code sqrt(2/n)}, and
   * 0.27 % of the draws beyond 3.
   */
  static void assertStandardNormal(double[] draws) {
    int n = draws.length;
    double mean = Arrays.stream(draws).sum() / n;
    double variance = Arrays.stream(draws).map(draw -> draw * draw).sum() / n;
    double tail = 0.0026998;
    double beyond3 = Arrays.stream(draws).filter(draw -> Math.abs(draw) > 3).count() / (double) n;
    assertEquals(0, mean, Tolerances.STANDARD_ERRORS * Math.sqrt(1.0 / n), "mean");
    assertEquals(1, variance, Tolerances.STANDARD_ERRORS * Math.sqrt(2.0 / n), "variance");
    assertEquals(
        tail, beyond3, Tolerances.STANDARD_ERRORS * Math.sqrt(tail * (1 - tail) / n), "tail");
    assertTrue(Arrays.stream(draws).allMatch(Double::isFinite), "finite");
  }
}
