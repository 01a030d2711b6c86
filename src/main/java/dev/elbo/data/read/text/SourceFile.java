package dev.elbo.data.read.text;

import dev.elbo.ElboException;
import dev.elbo.io.GzipInput;
import dev.elbo.io.Sha256;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.ZipException;

/**
 * The content of a file, compressed with gzip, the only one in a zip archive, or neither, and the
 * SHA-256 of the bytes that are stored. A byte order mark of UTF-8 at the start belongs to neither
 * text nor format, and is skipped.
 */
public final class SourceFile implements AutoCloseable {
  /** Stands for standard input. */
  public static final Path STANDARD_INPUT = Path.of("-");

  /** Of UTF-8, at the start of a file. */
  public static final char BYTE_ORDER_MARK = '\uFEFF';

  private static final int BUFFER = 1 << 16;
  private static final byte[] GZIP = {0x1f, (byte) 0x8b};
  private static final byte[] ZIP = {'P', 'K', 3, 4};
  private static final byte[] ENCODED_MARK =
      String.valueOf(BYTE_ORDER_MARK).getBytes(StandardCharsets.UTF_8);

  private final Path file;
  private final MessageDigest sha256;
  private final InputStream stored;
  private final InputStream content;
  private final byte[] start;
  private final boolean plain;
  private final boolean marked;

  /**
   * What is read from a text.
   *
   * @param <T> what it is
   */
  public interface Reading<T> {
    /** Reads the text to its end. */
    T from(BufferedReader text) throws IOException;
  }

  /**
   * Reads a whole file of text.
   *
   * @param <T> what is read
   * @throws ElboException if it does not exist, is a directory, cannot be read, or is not text
   */
  public static <T> T read(Path file, Charset charset, Reading<T> reading) {
    try (var source = new SourceFile(file);
        var text = new BufferedReader(source.text(charset))) {
      return reading.from(text);
    } catch (IOException e) {
      throw ElboException.in(file, "cannot be read: " + e.getMessage());
    }
  }

  /**
   * Opens a file.
   *
   * @throws ElboException if it does not exist, is a directory or cannot be read, or is a zip
   *     archive of anything but one file
   */
  public SourceFile(Path file) {
    this.file = file;
    if (Files.isDirectory(file)) {
      throw ElboException.in(file, "expected a file, found a directory");
    }
    InputStream opened = null;
    try {
      sha256 = Sha256.digest();
      opened = file.equals(STANDARD_INPUT) ? System.in : Files.newInputStream(file);
      stored = new BufferedInputStream(new DigestInputStream(opened, sha256), BUFFER);
      InputStream uncompressed = uncompressed();
      plain = uncompressed == stored;
      content = new BufferedInputStream(uncompressed, BUFFER);
      marked = startsWith(peek(content), ENCODED_MARK);
      if (marked) {
        content.skipNBytes(ENCODED_MARK.length);
      }
      start = peek(content);
    } catch (IOException e) {
      close(opened);
      throw unreadable(file, 1, e);
    } catch (ElboException e) {
      close(opened);
      throw e;
    }
  }

  private InputStream uncompressed() throws IOException {
    byte[] start = peek(stored);
    if (startsWith(start, GZIP)) {
      return new GzipInput(stored);
    }
    // The list of what is in an archive stands at its end.
    return startsWith(start, ZIP) && Files.isRegularFile(file) ? ZipContent.open(file) : stored;
  }

  /** The first bytes, which stay to be read. */
  private static byte[] peek(InputStream in) throws IOException {
    in.mark(KnownFile.START);
    byte[] start = new byte[KnownFile.START];
    int count = 0;
    try {
      for (int n = 0;
          n >= 0 && count < start.length;
          n = in.read(start, count, start.length - count)) {
        count += n;
      }
    } catch (IOException _) {
      // Comes again to whoever reads as far; what is before it counts.
    }
    in.reset();
    return Arrays.copyOf(start, count);
  }

  private static boolean startsWith(byte[] start, byte[] magic) {
    return start.length >= magic.length
        && Arrays.equals(start, 0, magic.length, magic, 0, magic.length);
  }

  /** The content as bytes, uncompressed. */
  public InputStream content() {
    return content;
  }

  /** What the content is, if it is known not to be text; empty otherwise. */
  Optional<KnownFile> kind() {
    return KnownFile.of(start);
  }

  /** Whether the content is nothing at all. */
  boolean isEmpty() {
    return start.length == 0;
  }

  /**
   * Whether it is a Parquet file that can be read from its end, where it says what it holds: not
   * one that is compressed again, or comes through a pipe.
   */
  public boolean isParquet() {
    return isPlainFile() && kind().filter(KnownFile.PARQUET::equals).isPresent();
  }

  /** Whether the content is what is stored, and can be read from any byte on. */
  public boolean isPlainFile() {
    return plain && Files.isRegularFile(file);
  }

  /** How many bytes there are before the text: those of a byte order mark. */
  public int textStart() {
    return marked ? ENCODED_MARK.length : 0;
  }

  /** Whether the content is a JSON array. */
  public boolean isJsonArray() {
    return new String(start, StandardCharsets.ISO_8859_1).stripLeading().startsWith("[");
  }

  /**
   * The content as text.
   *
   * @throws ElboException if it is known to be none
   */
  public TextReader text(Charset charset) {
    kind()
        .ifPresent(
            kind -> {
              throw ElboException.in(file, kind.message(file));
            });
    return new TextReader(file, content, charset);
  }

  /**
   * SHA-256 of the file's bytes as they are stored (compressed, if they are), in hexadecimal. Reads
   * what is left of the file; nothing can be read after it.
   */
  public String sha256() {
    try {
      stored.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw unreadable(file, 1, e);
    }
    return Sha256.hex(sha256);
  }

  /**
   * What a user is told when a file cannot be read.
   *
   * @param line the line that could not be read
   */
  public static ElboException unreadable(Path file, long line, IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> ElboException.in(file, "expected a file, found none");
      case AccessDeniedException _ ->
          ElboException.in(file, "no permission to read it; change it with chmod u+r");
      case EOFException _ ->
          ElboException.at(
              file, line, "the gzip data ends too early; the file is incomplete, fetch it again");
      case ZipException _ ->
          ElboException.at(
              file,
              line,
              "the gzip data is damaged (" + e.getMessage() + "); fetch the file again");
      default -> ElboException.in(file, "cannot be read: " + e.getMessage());
    };
  }

  @Override
  public void close() {
    close(content);
  }

  private static void close(InputStream in) {
    try {
      if (in != null) {
        in.close();
      }
    } catch (IOException _) {
      // It was only read: nothing is lost.
    }
  }
}
