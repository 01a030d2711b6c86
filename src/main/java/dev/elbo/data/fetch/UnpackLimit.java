package dev.elbo.data.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipException;

/**
 * How much may come out of an archive that nobody vouches for. Ratings in text shrink to a fifth or
 * a tenth; what grows a hundredfold and more is made to fill the disk ("zip bomb").
 */
final class UnpackLimit {
  private static final int GROWTH = 100;

  /** Small archives may grow more: a little text that repeats is nothing to be afraid of. */
  private static final long ALWAYS = 64 << 20;

  private static final int FILES = 10_000;

  private final long most;
  private long left;

  /**
   * @param archive what is to be unpacked
   */
  UnpackLimit(Path archive) throws IOException {
    most = Math.max(ALWAYS, GROWTH * Files.size(archive));
    left = most;
  }

  void requireFiles(int files) throws ZipException {
    if (files > FILES) {
      throw new ZipException("it holds %,d files, more than %,d".formatted(files, FILES));
    }
  }

  /**
   * Copies what comes out, to the end.
   *
   * @throws ZipException if that, with what was copied before, is more than may come out
   */
  void copy(InputStream in, OutputStream out) throws IOException {
    byte[] buffer = new byte[1 << 16];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      left -= n;
      if (left < 0) {
        throw new ZipException(
            "more than %,d MiB come out of it, which no data set needs".formatted(most >> 20));
      }
      out.write(buffer, 0, n);
    }
  }
}
