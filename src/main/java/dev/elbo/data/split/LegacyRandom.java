package dev.elbo.data.split;

import dev.elbo.data.Split;
import java.util.Arrays;

/**
 * NumPy's legacy generator, {@code numpy.random.RandomState(seed)}: the Mersenne Twister MT19937
 * (Matsumoto and Nishimura 1998, doi:10.1145/272991.272995) and the drawing rules NumPy keeps for
 * it. Gives the same permutations and choices as NumPy, so that a split is the authors' own.
 */
final class LegacyRandom {
  private static final int N = 624;
  private static final int M = 397;

  private final int[] state = new int[N];
  private int position = N;

  /**
   * Seeds as {@code init_genrand} does.
   *
   * @param seed from 0 to 2^32 - 1
   */
  LegacyRandom(long seed) {
    state[0] = (int) Split.requireSeed("seed", seed);
    for (int i = 1; i < N; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
  }

  /** The next 32 bits. */
  int nextInt() {
    if (position == N) {
      twist();
    }
    int y = state[position++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >>> 18);
  }

  private void twist() {
    for (int i = 0; i < N; i++) {
      int y = (state[i] & 0x80000000) | (state[(i + 1) % N] & 0x7fffffff);
      state[i] = state[(i + M) % N] ^ (y >>> 1) ^ ((y & 1) * 0x9908b0df);
    }
    position = 0;
  }

  /** Uniform from 0 to {@code max}, both included: bits of a mask, drawn again if above. */
  private int upTo(int max) {
    int mask = -1 >>> Integer.numberOfLeadingZeros(max);
    int value;
    do {
      value = nextInt() & mask;
    } while (value > max);
    return value;
  }

  /**
   * {@code permutation(n)}: the integers from 0 to {@code n - 1}, shuffled by Fisher and Yates from
   * the end.
   */
  int[] permutation(int n) {
    int[] permutation = new int[n];
    Arrays.setAll(permutation, i -> i);
    for (int i = n - 1; i > 0; i--) {
      int j = upTo(i);
      int swapped = permutation[i];
      permutation[i] = permutation[j];
      permutation[j] = swapped;
    }
    return permutation;
  }

  /** {@code choice(n, size, replace=False)}: the beginning of a whole permutation. */
  int[] choice(int n, int size) {
    return Arrays.copyOf(permutation(n), size);
  }
}
