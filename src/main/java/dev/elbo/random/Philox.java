package dev.elbo.random;

import java.util.random.RandomGenerator;

/**
 * Philox4x32-10, a counter-based random generator: 128 random bits as a pure function of a 128-bit
 * counter and a 64-bit key. A draw depends on nothing but what it is for, so every engine, thread
 * count and machine sees the same ones, and a resumed run needs no generator state.
 *
 * <p>Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
 */
public final class Philox implements RandomGenerator {

  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final int ROUNDS = 10;
  private static final long LOW_32 = 0xFFFF_FFFFL;

  private final long seed;
  private final int tag;
  private final int stream;
  private final int[] block = new int[4];
  private long counter;
  private int used = 4;

  private Philox(long seed, int tag, int stream) {
    this.seed = seed;
    this.tag = tag;
    this.stream = stream;
  }

  /**
   * A sequential generator, for draws that are not addressed one by one. Its blocks never meet
   * those of {@link Noise}, nor those of another purpose or stream.
   *
   * @param seed the key
   * @param purpose what the draws are for
   * @param stream which of several independent sequences: a tensor, an epoch
   */
  public static Philox stream(long seed, Purpose purpose, int stream) {
    return new Philox(seed, purpose.tag, stream);
  }

  /** What a sequential generator is for; it keeps the sequences of one seed apart. */
  public enum Purpose {
    /** The initial values of parameters; one stream for each tensor. */
    INITIALIZATION(-1),
    /** The order of users in an epoch; one stream for each epoch. */
    SHUFFLE(-2),
    /** Made-up ratings. */
    SYNTHETIC_DATA(-3),
    /** Resampling of measured values; one stream for each statistic. */
    RESAMPLING(-4),
    /** Which trials a random search makes. */
    SEARCH(-5);

    /** Last word of the counter: negative, whereas {@link Noise} puts a layer's position there. */
    private final int tag;

    Purpose(int tag) {
      this.tag = tag;
    }
  }

  /**
   * One block of four 32-bit words.
   *
   * @param key the key, low word first
   * @param c0 counter, word 0
   * @param c1 counter, word 1
   * @param c2 counter, word 2
   * @param c3 counter, word 3
   * @param out receives the block, {@code [4]}. Modified.
   */
  public static void block(long key, int c0, int c1, int c2, int c3, int[] out) {
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    int x0 = c0;
    int x1 = c1;
    int x2 = c2;
    int x3 = c3;
    for (int round = 0; round < ROUNDS; round++) {
      long p0 = MULTIPLIER_0 * (x0 & LOW_32);
      long p1 = MULTIPLIER_1 * (x2 & LOW_32);
      x0 = (int) (p1 >>> 32) ^ x1 ^ k0;
      x1 = (int) p1;
      x2 = (int) (p0 >>> 32) ^ x3 ^ k1;
      x3 = (int) p0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    out[0] = x0;
    out[1] = x1;
    out[2] = x2;
    out[3] = x3;
  }

  /** The middle of the 32-bit word's share of the unit interval: never 0, never 1. */
  static double uniform(int word) {
    return ((word & LOW_32) + 0.5) * 0x1p-32;
  }

  /**
   * Two independent standard normal values from two words, by Box and Muller (1958). StrictMath,
   * because Math's logarithm and cosine may differ in the last bit between machines.
   */
  static void normals(int word0, int word1, double[] out, int at) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(uniform(word0)));
    double angle = 2 * Math.PI * uniform(word1);
    out[at] = radius * StrictMath.cos(angle);
    if (at + 1 < out.length) {
      out[at + 1] = radius * StrictMath.sin(angle);
    }
  }

  @Override
  public int nextInt() {
    if (used == block.length) {
      block(seed, (int) counter, (int) (counter >>> 32), stream, tag, block);
      counter++;
      used = 0;
    }
    return block[used++];
  }

  @Override
  public long nextLong() {
    return (nextInt() & LOW_32) | ((long) nextInt() << 32);
  }

  /**
   * A whole number from {@code 0 ... n - 1}: a 32-bit word scaled to them; none is favoured by more
   * than one part in {@code 2^32 / n}.
   *
   * @param n how many, 1 or more
   */
  public int below(int n) {
    return (int) (((nextInt() & LOW_32) * n) >>> 32);
  }

  /**
   * A random order of {@code 0 ... n - 1}, by Fisher and Yates.
   *
   * @param n how many
   */
  public int[] permutation(int n) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    for (int i = n - 1; i > 0; i--) {
      int j = below(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }

  /** A standard normal value. */
  @Override
  public double nextGaussian() {
    double[] normal = new double[1];
    normals(nextInt(), nextInt(), normal, 0);
    return normal[0];
  }
}
