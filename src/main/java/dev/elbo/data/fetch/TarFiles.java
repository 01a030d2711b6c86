package dev.elbo.data.fetch;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.ZipException;

/**
 * The files in a tar archive (POSIX.1-1988, and what came before it), one after the other: folders,
 * links and whatever else is no file are passed over. {@code read} gives the file at hand, to its
 * end. Not thread-safe.
 */
final class TarFiles extends InputStream {
  private static final int BLOCK = 512;
  private static final int NAME = 100;
  private static final int SIZE_AT = 124;
  private static final int CHECKSUM_AT = 148;
  private static final int KIND_AT = 156;

  private final InputStream in;
  private long left;
  private int padding;

  /**
   * @param in the archive; not closed with this stream
   */
  TarFiles(InputStream in) {
    this.in = in;
  }

  /**
   * Goes to the next file; what is left of the one at hand is skipped.
   *
   * @return its name, without folders; empty after the last
   * @throws ZipException if the archive is damaged
   * @throws EOFException if it ends within a file
   */
  Optional<String> next() throws IOException {
    while (true) {
      in.skipNBytes(left + padding);
      byte[] header = in.readNBytes(BLOCK);
      if (header.length == 0 || isZero(header)) {
        left = 0;
        padding = 0;
        return Optional.empty();
      }
      if (header.length < BLOCK) {
        throw new EOFException("it ends within a header");
      }
      if (octal(header, CHECKSUM_AT, 8) != sum(header)) {
        throw new ZipException("a header of the tar archive does not match its checksum");
      }
      left = octal(header, SIZE_AT, 12);
      padding = (int) (-left & (BLOCK - 1));
      if (header[KIND_AT] == '0' || header[KIND_AT] == 0) {
        String path = text(header, 0, NAME);
        return Optional.of(path.substring(path.lastIndexOf('/') + 1));
      }
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (left == 0) {
      return -1;
    }
    int count = in.read(bytes, offset, (int) Math.min(length, left));
    if (count < 0) {
      throw new EOFException("it ends within a file");
    }
    left -= count;
    return count;
  }

  private static boolean isZero(byte[] block) {
    return Arrays.equals(block, new byte[block.length]);
  }

  private static String text(byte[] header, int from, int length) {
    String field = new String(header, from, length, StandardCharsets.UTF_8);
    int end = field.indexOf('\0');
    return end < 0 ? field : field.substring(0, end);
  }

  private static long octal(byte[] header, int from, int length) throws ZipException {
    String digits = text(header, from, length).strip();
    try {
      long number = Long.parseLong(digits, 8);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException _) {
      // Reported below.
    }
    throw new ZipException("a header of the tar archive has no number where one belongs");
  }

  /** The sum of a header's bytes, with spaces for its checksum. */
  private static long sum(byte[] header) {
    long sum = 0;
    for (int n = 0; n < BLOCK; n++) {
      sum += n >= CHECKSUM_AT && n < CHECKSUM_AT + 8 ? ' ' : header[n] & 0xff;
    }
    return sum;
  }
}
