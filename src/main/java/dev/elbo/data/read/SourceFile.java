package dev.elbo.data.read;

import dev.elbo.ElboException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.nio.charset.Charset;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The content of a file, compressed with gzip or not, and the SHA-256 of the bytes that are stored.
 * A byte order mark of UTF-8 at the start belongs to neither text nor format, and is skipped.
 */
final class SourceFile implements AutoCloseable {
  private static final int BUFFER = 1 << 16;
  private static final byte[] GZIP = {0x1f, (byte) 0x8b};
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final Path file;
  private final MessageDigest sha256;
  private final InputStream stored;
  private final InputStream content;

  /**
   * Opens a file.
   *
   * @throws ElboException if it does not exist, is a directory or cannot be read
   */
  SourceFile(Path file) {
    this.file = file;
    if (Files.isDirectory(file)) {
      throw ElboException.in(file, "expected a file, found a directory");
    }
    InputStream opened = null;
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
      opened = Files.newInputStream(file);
      stored = new BufferedInputStream(new DigestInputStream(opened, sha256), BUFFER);
      content = withoutByteOrderMark(isGzip(stored) ? new GZIPInputStream(stored, BUFFER) : stored);
    } catch (IOException e) {
      close(opened);
      throw unreadable(file, 1, e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static boolean isGzip(InputStream in) throws IOException {
    in.mark(GZIP.length);
    byte[] start = in.readNBytes(GZIP.length);
    in.reset();
    return Arrays.equals(start, GZIP);
  }

  private static InputStream withoutByteOrderMark(InputStream in) throws IOException {
    var content = new PushbackInputStream(in, BYTE_ORDER_MARK.length);
    byte[] start = content.readNBytes(BYTE_ORDER_MARK.length);
    if (!Arrays.equals(start, BYTE_ORDER_MARK)) {
      content.unread(start);
    }
    return content;
  }

  /** The content as bytes, uncompressed. */
  InputStream content() {
    return content;
  }

  /** The content as text. */
  TextReader text(Charset charset) {
    return new TextReader(file, content, charset);
  }

  /**
   * SHA-256 of the file's bytes as they are stored (compressed, if they are), in hexadecimal. Reads
   * what is left of the file; nothing can be read after it.
   */
  String sha256() {
    try {
      stored.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw unreadable(file, 1, e);
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  /**
   * What a user is told when a file cannot be read.
   *
   * @param line the line that could not be read
   */
  static ElboException unreadable(Path file, long line, IOException e) {
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
