package dev.elbo.data.split;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.elbo.ElboException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The known answers are those of NumPy 1.24.2. */
class LegacyRandomTest {

  /** {@code RandomState(seed).randint(0, 2**32, 4, dtype=np.uint32)}. */
  @ParameterizedTest
  @CsvSource({
    "0, 2357136044, 2546248239, 3071714933, 3626093760",
    "42, 1608637542, 3421126067, 4083286876, 787846414",
    "98765, 381816597, 462228979, 4069238124, 3270897581",
    "4294967295, 419326371, 479346978, 3918654476, 2416749639"
  })
  void bits(long seed, long first, long second, long third, long fourth) {
    var random = new LegacyRandom(seed);
    for (long expected : new long[] {first, second, third, fourth}) {
      assertEquals(expected, Integer.toUnsignedLong(random.nextInt()));
    }
  }

  /**
   * All of {@code RandomState(seed).permutation(n)}, as {@link Arrays#hashCode(int[])} hashes it:
   *
   * <pre>
   * h = 1
   * for x in permutation.tolist(): h = (31 * h + x) % 2**32     # less 2**32 from 2**31 on
   * </pre>
   */
  @ParameterizedTest
  @CsvSource({
    "0, 0, 1",
    "0, 1, 31",
    "0, 2, 992",
    "0, 5, 30477251",
    "0, 16, 371152679",
    "0, 64, -788674095",
    "0, 1024, 188804339",
    "0, 136677, 975553661",
    "98765, 0, 1",
    "98765, 1, 31",
    "98765, 2, 962",
    "98765, 5, 32383781",
    "98765, 16, 564501953",
    "98765, 64, 1782559471",
    "98765, 1024, 1882560243",
    "98765, 136677, 566559263",
    "4294967295, 2, 962",
    "4294967295, 5, 32353091",
    "4294967295, 136677, -2112607589"
  })
  void permutation(long seed, int n, int hash) {
    assertEquals(hash, Arrays.hashCode(new LegacyRandom(seed).permutation(n)));
  }

  /** The users of MovieLens-20M, in the order of Liang et al. */
  @Test
  void permutationOfTheAuthors() {
    int[] permutation = new LegacyRandom(98765).permutation(136_677);
    assertArrayEquals(
        new int[] {104323, 11053, 111295, 50587, 126873, 109564, 129424, 1596},
        Arrays.copyOf(permutation, 8));
  }

  /** One after another from one seeding, as a split draws them. */
  @Test
  void choices() {
    var random = new LegacyRandom(98765);
    assertArrayEquals(new int[] {4}, random.choice(5, 1));
    assertArrayEquals(new int[] {}, random.choice(1, 0));
    assertArrayEquals(new int[] {5}, random.choice(8, 1));
    assertArrayEquals(new int[] {4, 14, 5}, random.choice(17, 3));
    assertArrayEquals(
        new int[] {61, 30, 64, 98, 23, 32, 47, 60, 40, 29, 34, 7, 25, 67, 4, 82, 55, 87, 13, 22},
        random.choice(100, 20));
    assertArrayEquals(new int[] {3}, random.choice(5, 1));
  }

  /** {@code np.concatenate([choice(n, int(0.2 * n), False) for n in range(5, 200)])}. */
  @Test
  void manyChoices() {
    var random = new LegacyRandom(98765);
    int[] all =
        IntStream.range(5, 200)
            .mapToObj(n -> random.choice(n, (int) (0.2 * n)))
            .flatMapToInt(Arrays::stream)
            .toArray();
    assertEquals(-1133553562, Arrays.hashCode(all));
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 4294967296L})
  void seedsOfMoreThan32Bits(long seed) {
    assertThrows(ElboException.class, () -> new LegacyRandom(seed));
  }
}
