package dev.elbo.data.read.text;

import dev.elbo.ElboException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The characters of a text file, or of some of its lines, and nothing that is no text: bytes
 * outside the character set, control characters, lines of more than {@link #MAX_LINE} characters
 * and damaged gzip data are errors at their line. Characters before the error are delivered first,
 * so that an error in an earlier line, found by whoever reads them, comes first.
 *
 * <p>Every error is an {@link ElboException}; no method throws an {@link IOException}.
 */
public final class TextReader extends Reader {
  /**
   * The most characters of a line. The longest lines of known rating files are reviews in JSON,
   * some tens of thousands of characters; a line far beyond that is no line, and must not fill the
   * memory.
   */
  static final int MAX_LINE = 1 << 20;

  private static final int BUFFER = 1 << 16;

  private final Path file;
  private final InputStream content;
  private final CharsetDecoder decoder;
  private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER).flip();
  private final CharBuffer chars = CharBuffer.allocate(BUFFER).flip();

  private boolean endOfBytes;
  private boolean endOfText;
  private boolean malformed;
  private ElboException error;

  private long line = 1;
  private int lineLength;
  private boolean afterCarriageReturn;

  /**
   * @param file the file, for errors
   * @param content its bytes, uncompressed, from the start of a line
   */
  public TextReader(Path file, InputStream content, Charset charset) {
    this.file = file;
    this.content = content;
    this.decoder =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
  }

  /**
   * Whether a file's bytes are UTF-8, up to the first other error in it.
   *
   * @throws ElboException if the file does not exist, is a directory or cannot be read
   */
  public static boolean isUtf8(Path file) {
    try (var source = new SourceFile(file);
        var text = source.text(StandardCharsets.UTF_8)) {
      while (text.error == null && !text.endOfText) {
        text.decode();
      }
      return !text.malformed;
    }
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

  /** Counts lines; ends {@code chars} before the first character that is an error. */
  private void check() {
    char[] array = chars.array();
    int lineStart = -lineLength;
    for (int i = 0; i < chars.limit(); i++) {
      char c = array[i];
      if ((c >= ' ' && c != '\u007F') || c == '\t') {
        continue;
      }
      checkLength(lineStart, i);
      if (error != null) {
        return;
      }
      if (c != '\n' && c != '\r') {
        error =
            at("expected text, found the control character U+%04X; is it text?".formatted((int) c));
        chars.limit(i);
        return;
      }
      boolean ended = i > 0 ? array[i - 1] == '\r' : afterCarriageReturn;
      if (c == '\r' || !ended) {
        line++;
      }
      lineStart = i + 1;
    }
    checkLength(lineStart, chars.limit());
    lineLength = chars.limit() - lineStart;
    afterCarriageReturn =
        chars.hasRemaining() ? array[chars.limit() - 1] == '\r' : afterCarriageReturn;
  }

  private void checkLength(int lineStart, int end) {
    if (end - lineStart > MAX_LINE) {
      error = at("expected at most " + MAX_LINE + " characters in a line, found more; is it text?");
      chars.limit(lineStart + MAX_LINE);
    }
  }

  private void fill() {
    bytes.compact();
    try {
      int count = content.read(bytes.array(), bytes.position(), bytes.remaining());
      endOfBytes = count < 0;
      bytes.position(bytes.position() + Math.max(count, 0));
    } catch (IOException e) {
      error = SourceFile.unreadable(file, line, e);
    }
    bytes.flip();
  }

  /** How many lines ended in what was read. */
  public long lineEnds() {
    return line - 1;
  }

  private ElboException at(String message) {
    return ElboException.at(file, line, message);
  }

  @Override
  public void close() {
    try {
      content.close();
    } catch (IOException _) {
      // It was only read: nothing is lost.
    }
  }
}
