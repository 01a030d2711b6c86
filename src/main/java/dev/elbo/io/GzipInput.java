package dev.elbo.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Uncompresses gzip data (RFC 1952), of one member or of several in a row, and accounts for every
 * byte: a member is followed by the end, by another member, or by padding with zeros. The JDK's
 * {@link java.util.zip.GZIPInputStream} takes whatever follows a member and is not the header of
 * another for the end, and so loses the rest of a damaged file without a word.
 *
 * <p>{@code read} throws an {@link EOFException} if the data ends within a member, and a {@link
 * ZipException} that says what is wrong if it is damaged; so does every further call. Not
 * thread-safe.
 */
public final class GzipInput extends InputStream {
  private static final int HAS_HEADER_CRC = 2;
  private static final int HAS_EXTRA = 4;
  private static final int HAS_NAME = 8;
  private static final int HAS_COMMENT = 16;
  private static final int RESERVED = 0xe0;

  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int limit;

  private final Inflater inflater = new Inflater(true);
  private final CRC32 headerCrc = new CRC32();
  private final CRC32 crc = new CRC32();
  private boolean inMember;
  private boolean ended;
  private IOException failure;

  /**
   * @param in the compressed bytes, from the start of a member; closed with this stream
   */
  public GzipInput(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (failure != null) {
      throw failure;
    }
    try {
      return length == 0 ? 0 : inflate(bytes, offset, length);
    } catch (DataFormatException e) {
      failure = new ZipException(e.getMessage() == null ? "invalid data" : e.getMessage());
      throw failure;
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  private int inflate(byte[] bytes, int offset, int length)
      throws IOException, DataFormatException {
    while (!ended) {
      if (!inMember) {
        readHeader();
      }
      int count = inflater.inflate(bytes, offset, length);
      if (count > 0) {
        crc.update(bytes, offset, count);
        return count;
      }
      if (inflater.finished()) {
        position = limit - inflater.getRemaining();
        readTrailer();
      } else if (inflater.needsDictionary()) {
        throw new ZipException("it asks for a dictionary, which gzip does not have");
      } else {
        feed();
      }
    }
    return -1;
  }

  private void feed() throws IOException {
    if (position == limit && !fill()) {
      throw new EOFException("it ends within a member");
    }
    inflater.setInput(buffer, position, limit - position);
    position = limit;
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = Math.max(0, in.read(buffer));
    return limit > 0;
  }

  private int next() throws IOException {
    if (position == limit && !fill()) {
      throw new EOFException("it ends within a member");
    }
    return buffer[position++] & 0xff;
  }

  private void readHeader() throws IOException {
    headerCrc.reset();
    if (nextOfHeader() != 0x1f || nextOfHeader() != 0x8b) {
      throw new ZipException("expected the header of a member or zeros, found neither");
    }
    if (nextOfHeader() != 8) {
      throw new ZipException("the header of a member has an unknown method of compression");
    }
    int flags = nextOfHeader();
    if ((flags & RESERVED) != 0) {
      throw new ZipException("the header of a member has unknown flags");
    }
    skipInHeader(6); // time, level, system
    if ((flags & HAS_EXTRA) != 0) {
      skipInHeader(nextOfHeader() | nextOfHeader() << 8);
    }
    if ((flags & HAS_NAME) != 0) {
      skipTextInHeader();
    }
    if ((flags & HAS_COMMENT) != 0) {
      skipTextInHeader();
    }
    if ((flags & HAS_HEADER_CRC) != 0) {
      int expected = (int) headerCrc.getValue() & 0xffff;
      if ((next() | next() << 8) != expected) {
        throw new ZipException("the header of a member does not match its checksum");
      }
    }
    inflater.reset();
    crc.reset();
    inMember = true;
  }

  private int nextOfHeader() throws IOException {
    int next = next();
    headerCrc.update(next);
    return next;
  }

  private void skipInHeader(int count) throws IOException {
    for (int n = 0; n < count; n++) {
      nextOfHeader();
    }
  }

  private void skipTextInHeader() throws IOException {
    int last = nextOfHeader();
    while (last != 0) {
      last = nextOfHeader();
    }
  }

  /** The trailer, and the padding after it. */
  private void readTrailer() throws IOException {
    if (nextInt() != (int) crc.getValue()) {
      throw new ZipException("a member does not match its checksum");
    }
    if (nextInt() != (int) inflater.getBytesWritten()) {
      throw new ZipException("a member does not match its length");
    }
    inMember = false;
    while (!ended) {
      if (position == limit && !fill()) {
        ended = true;
      } else if (buffer[position] != 0) {
        return;
      } else {
        position++;
      }
    }
  }

  private int nextInt() throws IOException {
    return next() | next() << 8 | next() << 16 | next() << 24;
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    in.close();
  }
}
