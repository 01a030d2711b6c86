package dev.elbo.data.read;

import dev.elbo.io.Printable;

/** A line that is not as expected; whether that is the end is up to the one who reads on. */
final class BadLine extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param reason what was expected, and what was found
   */
  BadLine(String reason) {
    super(reason, null, false, false);
  }

  /** Expected one thing, found another. */
  static BadLine expected(String what, CharSequence found) {
    return new BadLine("expected " + what + ", found " + Printable.quoted(found.toString()));
  }
}
