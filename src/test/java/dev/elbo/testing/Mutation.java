package dev.elbo.testing;

import java.util.Arrays;
import java.util.Random;

/** What can happen to a file on a disk, on a network, or in an editor. */
public enum Mutation {
  /** One bit is another. */
  FLIP {
    @Override
    byte[] of(byte[] bytes, int at, int length, Random random) {
      byte[] changed = bytes.clone();
      changed[at] ^= (byte) (1 << random.nextInt(8));
      return changed;
    }
  },
  /** A block holds anything. */
  OVERWRITE {
    @Override
    byte[] of(byte[] bytes, int at, int length, Random random) {
      return joined(bytes, at, drawn(length, random), at + length);
    }
  },
  /** A block was never written. */
  ZERO {
    @Override
    byte[] of(byte[] bytes, int at, int length, Random random) {
      return joined(bytes, at, new byte[length], at + length);
    }
  },
  /** The end is missing. */
  TRUNCATE {
    @Override
    byte[] of(byte[] bytes, int at, int length, Random random) {
      return Arrays.copyOf(bytes, at);
    }
  },
  /** Something else stands between. */
  INSERT {
    @Override
    byte[] of(byte[] bytes, int at, int length, Random random) {
      return joined(bytes, at, drawn(length, random), at);
    }
  },
  /** A block is missing. */
  DELETE {
    @Override
    byte[] of(byte[] bytes, int at, int length, Random random) {
      return joined(bytes, at, new byte[0], at + length);
    }
  },
  /** A block is there twice. */
  DUPLICATE {
    @Override
    byte[] of(byte[] bytes, int at, int length, Random random) {
      return joined(bytes, at + length, Arrays.copyOfRange(bytes, at, at + length), at + length);
    }
  };

  private static final int LONGEST = 64;

  /**
   * A damaged copy.
   *
   * @param bytes one byte or more. Not modified.
   * @param random decides what happens, where, and to how much
   */
  public static byte[] any(byte[] bytes, Random random) {
    Mutation mutation = values()[random.nextInt(values().length)];
    int at = random.nextInt(bytes.length);
    int length = 1 + random.nextInt(Math.min(LONGEST, bytes.length - at));
    return mutation.of(bytes, at, length, random);
  }

  abstract byte[] of(byte[] bytes, int at, int length, Random random);

  /** The first bytes, others, and the last bytes. */
  private static byte[] joined(byte[] bytes, int to, byte[] between, int from) {
    byte[] joined = Arrays.copyOf(bytes, to + between.length + bytes.length - from);
    System.arraycopy(between, 0, joined, to, between.length);
    System.arraycopy(bytes, from, joined, to + between.length, bytes.length - from);
    return joined;
  }

  private static byte[] drawn(int length, Random random) {
    byte[] drawn = new byte[length];
    random.nextBytes(drawn);
    return drawn;
  }
}
