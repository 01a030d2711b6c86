package dev.elbo.data;

import dev.elbo.ElboException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The characters of a text file, compressed with gzip or not, and nothing that is no text: bytes
 * outside the character set, control characters, lines of more than {@link #MAX_LINE} characters
 * and damaged gzip data are errors at their line. Characters before the error are delivered first,
 * so that an error in an earlier line, found by whoever reads them, comes first.
 *
 * <p>Every error is an {@link ElboException}; no method throws an {@link IOException}.
 */
final class TextReader extends Reader {
  /**
   * The most characters of a line. The longest lines of known rating files are reviews in JSON,
   * some tens of thousands of characters; a line far beyond that is no line, and must not fill the
   * memory.
   */
  static final int MAX_LINE = 1 << 20;

  private static final int BUFFER = 1 << 16;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final Path file;
  private final MessageDigest sha256;
  private final InputStream stored;
  private final InputStream content;
  private final CharsetDecoder decoder;
  private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER).flip();
  private final CharBuffer chars = CharBuffer.allocate(BUFFER).flip();

  private boolean atStart = true;
  private boolean endOfBytes;
  private boolean endOfText;
  private boolean malformed;
  private ElboException error;

  private long line = 1;
  private int lineLength;
  private boolean afterCarriageReturn;

  /**
   * Opens a file.
   *
   * @throws ElboException if it does not exist, is a directory or cannot be read
   */
  TextReader(Path file, Charset charset) {
    this.file = file;
    this.decoder =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    if (Files.isDirectory(file)) {
      throw ElboException.in(file, "expected a file, found a directory");
    }
    InputStream opened = null;
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
      opened = Files.newInputStream(file);
      stored = new BufferedInputStream(new DigestInputStream(opened, sha256), BUFFER);
      content = isGzip(stored) ? new GZIPInputStream(stored, BUFFER) : stored;
    } catch (IOException e) {
      close(opened);
      throw unreadable(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * Whether a file's bytes are UTF-8, up to the first other error in it.
   *
   * @throws ElboException if the file does not exist, is a directory or cannot be read
   */
  static boolean isUtf8(Path file) {
    try (var text = new TextReader(file, StandardCharsets.UTF_8)) {
      while (text.error == null && !text.endOfText) {
        text.decode();
      }
      return !text.malformed;
    }
  }

  private static boolean isGzip(InputStream in) throws IOException {
    in.mark(2);
    byte[] magic = in.readNBytes(2);
    in.reset();
    return magic.length == 2 && magic[0] == (byte) 0x1f && magic[1] == (byte) 0x8b;
  }

  @Override
  public int read(char[] buffer, int offset, int length) {
    while (!chars.hasRemaining()) {
      if (error != null) {
        throw error;
      }
      if (endOfText) {
        return -1;
      }
      decode();
    }
    int count = Math.min(length, chars.remaining());
    chars.get(buffer, offset, count);
    return count;
  }

  /** Fills {@code chars} with what can be delivered, and sets {@code error} to what follows it. */
  private void decode() {
    chars.clear();
    CoderResult result = decoder.decode(bytes, chars, endOfBytes);
    if (result.isUnderflow() && endOfBytes) {
      endOfText = decoder.flush(chars).isUnderflow();
    }
    chars.flip();
    skipByteOrderMark();
    check();
    if (error == null && result.isError()) {
      malformed = true;
      error =
          at(
              "expected %s text, found the byte 0x%02X; convert the file to %s"
                  .formatted(decoder.charset(), bytes.get(bytes.position()), decoder.charset()));
    }
    if (error == null && result.isUnderflow() && !endOfBytes) {
      fill();
    }
  }

  private void skipByteOrderMark() {
    if (atStart && chars.hasRemaining()) {
      atStart = false;
      if (chars.get(chars.position()) == BYTE_ORDER_MARK) {
        chars.get();
      }
    }
  }

  /** Counts lines; ends {@code chars} before the first character that is an error. */
  private void check() {
    char[] array = chars.array();
    for (int i = chars.position(); i < chars.limit(); i++) {
      char c = array[i];
      if (c == '\n' || c == '\r') {
        if (c == '\r' || !afterCarriageReturn) {
          line++;
        }
        afterCarriageReturn = c == '\r';
        lineLength = 0;
        continue;
      }
      afterCarriageReturn = false;
      if ((c < ' ' && c != '\t') || c == '\u007F') {
        error =
            at("expected text, found the control character U+%04X; is it text?".formatted((int) c));
      } else if (++lineLength > MAX_LINE) {
        error =
            at("expected at most " + MAX_LINE + " characters in a line, found more; is it text?");
      }
      if (error != null) {
        chars.limit(i);
        return;
      }
    }
  }

  private void fill() {
    bytes.compact();
    try {
      int count = content.read(bytes.array(), bytes.position(), bytes.remaining());
      endOfBytes = count < 0;
      bytes.position(bytes.position() + Math.max(count, 0));
    } catch (IOException e) {
      error = unreadable(e);
    }
    bytes.flip();
  }

  private ElboException unreadable(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> ElboException.in(file, "expected a file, found none");
      case AccessDeniedException _ ->
          ElboException.in(file, "no permission to read it; change it with chmod u+r");
      case EOFException _ ->
          at("the gzip data ends too early; the file is incomplete, fetch it again");
      case ZipException _ ->
          at("the gzip data is damaged (" + e.getMessage() + "); fetch the file again");
      default -> ElboException.in(file, "cannot be read: " + e.getMessage());
    };
  }

  private ElboException at(String message) {
    return ElboException.at(file, line, message);
  }

  /**
   * SHA-256 of the file's bytes as they are stored (compressed, if they are), in hexadecimal. Reads
   * what is left of the file; nothing can be read after it.
   */
  String sha256() {
    try {
      stored.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw unreadable(e);
    }
    return HexFormat.of().formatHex(sha256.digest());
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
