package dev.elbo.data.read.text;

import dev.elbo.ElboException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A line of a file.
 *
 * @param number its number, counted from 1
 * @param text what it says
 */
public record Line(long number, String text) {

  /**
   * The first line that is not blank, which decides what the file is. Blank lines before it are
   * skipped; the reader then stands at its start.
   *
   * @throws ElboException if all are blank
   */
  public static Line peekFirst(Path file, BufferedReader in) throws IOException {
    for (long number = 1; ; number++) {
      in.mark(TextReader.MAX_LINE + 2);
      String text = in.readLine();
      if (text == null) {
        throw ElboException.in(file, "expected lines of text, found an empty file");
      }
      if (!text.isBlank()) {
        in.reset();
        return new Line(number, text);
      }
    }
  }
}
