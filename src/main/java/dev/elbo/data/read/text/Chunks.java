package dev.elbo.data.read.text;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Cuts text into chunks of whole lines, by the byte of a line feed. */
public final class Chunks {
  // UTF-8 takes at most three bytes for a char of Java.
  private static final int LONGEST_LINE = 3 * TextReader.MAX_LINE;

  private final InputStream in;
  private final int size;

  /**
   * @param in the bytes of the text
   * @param size bytes of a chunk, to which comes the rest of the line that they end in
   */
  public Chunks(InputStream in, int size) {
    this.in = in;
    this.size = size;
  }

  /**
   * The next chunk; of no bytes at the end.
   *
   * @throws IOException if it cannot be read, or a line is so long that it is none, or ends
   *     otherwise
   */
  public byte[] next() throws IOException {
    byte[] chunk = in.readNBytes(size);
    if (chunk.length < size || chunk[size - 1] == '\n') {
      return chunk;
    }
    byte[] rest = restOfLine();
    byte[] whole = Arrays.copyOf(chunk, size + rest.length);
    System.arraycopy(rest, 0, whole, size, rest.length);
    return whole;
  }

  private byte[] restOfLine() throws IOException {
    var rest = new ByteArrayOutputStream();
    int last = 0;
    while (last != '\n') {
      last = in.read();
      if (last < 0) {
        break;
      }
      rest.write(last);
      if (rest.size() > LONGEST_LINE) {
        throw new IOException("a line of more than " + LONGEST_LINE + " bytes");
      }
    }
    return rest.toByteArray();
  }
}
