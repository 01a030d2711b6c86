package dev.elbo.cli.terminal;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Remembers why a stream could not be written, which writers and print streams keep to themselves.
 */
public final class CheckedStream extends FilterOutputStream {

  private IOException failure;

  /**
   * @param out where it is written
   */
  public CheckedStream(OutputStream out) {
    super(out);
  }

  /**
   * Why something was not written. That nobody reads on, as in {@code elbo dialects | head -1}, is
   * no reason.
   */
  public synchronized Optional<IOException> failure() {
    return Optional.ofNullable(failure).filter(e -> !"Broken pipe".equals(e.getMessage()));
  }

  @Override
  public synchronized void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int from, int length) throws IOException {
    try {
      out.write(bytes, from, length);
    } catch (IOException e) {
      failure = failure == null ? e : failure;
      throw e;
    }
  }

  @Override
  public synchronized void flush() throws IOException {
    try {
      out.flush();
    } catch (IOException e) {
      failure = failure == null ? e : failure;
      throw e;
    }
  }
}
