package dev.elbo.data.read.text;

import dev.elbo.io.Printable;

/** A line that is not as expected; whether that is the end is up to the one who reads on. */
public final class BadLine extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param reason what was expected, and what was found
   */
  public BadLine(String reason) {
    super(reason, null, false, false);
  }

  /** Expected one thing, found another. */
  public static BadLine expected(String what, CharSequence found) {
    return new BadLine("expected " + what + ", found " + Printable.quoted(found.toString()));
  }
}
