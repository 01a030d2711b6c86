package dev.elbo.data.read;

import dev.elbo.io.Printable;

/** Text found in a file, as an error message shows it. */
final class Quoted {
  private static final int LONGEST = 60;

  private Quoted() {}

  /**
   * The text in double quotes: characters that a terminal would not show are escaped, and what
   * exceeds 60 characters is left out.
   *
   * @param text any text, of any length
   */
  static String of(String text) {
    boolean whole = text.length() <= LONGEST;
    String start = whole ? text : text.substring(0, LONGEST);
    return '"' + Printable.of(start).replace("\n", "\\n") + (whole ? "\"" : "\"...");
  }
}
