package dev.elbo.data.read.text;

import java.util.Arrays;
import java.util.Optional;

/** What stands between the fields of a line. */
public enum Separator {
  DOUBLE_COLON("::", "\"::\"", false),
  TAB("\t", "tabs", false),
  BAR("|", "\"|\"", false),
  SEMICOLON(";", "semicolons", true),
  COMMA(",", "commas", true),
  /** Any number of them. */
  SPACES(" ", "spaces", false);

  /** The characters. */
  public final String text;

  /** What a message calls them. */
  public final String words;

  /**
   * Whether such a file is to start with a header. MovieLens has files without one that are
   * separated by the others; with commas or semicolons the order of the columns is anybody's guess.
   */
  final boolean needsHeader;

  Separator(String text, String words, boolean needsHeader) {
    this.text = text;
    this.words = words;
    this.needsHeader = needsHeader;
  }

  /** The separator of a line: the first in the order above that occurs in it. */
  public static Optional<Separator> of(String line) {
    return Arrays.stream(values())
        .filter(s -> (s == SPACES ? line.strip() : line).contains(s.text))
        .findFirst();
  }
}
