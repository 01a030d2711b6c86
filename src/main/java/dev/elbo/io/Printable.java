package dev.elbo.io;

import java.util.Collection;
import java.util.stream.Collectors;

/**
 * Text that comes from a file, made fit for a terminal: a control character in a title could clear
 * the screen, and an override of direction turn the rest of the line around.
 */
public final class Printable {
  private static final int LONGEST = 60;
  private static final int MOST_NAMES = 10;

  private Printable() {}

  /**
   * The text with such characters escaped as JSON escapes them, <code>&#92;u001B</code>: those of
   * control but the line feed, and those of format and separation that Unicode has besides. The
   * joiners that Persian, Indic scripts and emoji are written with stay.
   *
   * @param text any text; what JSON it is stays the same JSON
   */
  public static String of(String text) {
    if (text.chars().noneMatch(Printable::steers)) {
      return text;
    }
    var printable = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\t') {
        printable.append("\\t");
      } else if (steers(c)) {
        printable.append("\\u%04X".formatted((int) c));
      } else {
        printable.append(c);
      }
    }
    return printable.toString();
  }

  private static boolean steers(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL -> c != '\n';
      case Character.FORMAT -> c != '\u200C' && c != '\u200D';
      case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
      default -> false;
    };
  }

  /**
   * The same in one line: line feeds are escaped, too.
   *
   * @param text any text
   */
  public static String line(String text) {
    return of(text).replace("\n", "\\n");
  }

  /**
   * The same in one line and in double quotes; what exceeds 60 characters is left out, and dots
   * after the quotes stand for it.
   *
   * @param text any text, of any length
   */
  public static String quoted(String text) {
    return text.length() > LONGEST
        ? '"' + line(text.substring(0, LONGEST)) + "\"..."
        : '"' + line(text) + '"';
  }

  /**
   * The first few of some names, each up to 60 characters, and how many more there are.
   *
   * @param names as many as a file may have
   */
  public static String some(Collection<String> names) {
    String first =
        names.stream()
            .limit(MOST_NAMES)
            .map(Printable::shortened)
            .collect(Collectors.joining(", "));
    int more = names.size() - MOST_NAMES;
    return more > 0 ? "%s and %,d more".formatted(first, more) : first;
  }

  /**
   * A text of at most 60 characters.
   *
   * @param text of any length; what exceeds that is left out, and dots stand for it
   */
  public static String shortened(String text) {
    return text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
  }
}
