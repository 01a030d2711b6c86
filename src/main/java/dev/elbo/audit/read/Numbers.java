package dev.elbo.audit.read;

import dev.elbo.ElboException;
import dev.elbo.io.Printable;
import java.nio.file.Path;

/** Ranks, scores and grades. */
final class Numbers {

  private Numbers() {}

  /**
   * A number.
   *
   * @throws ElboException if it is none, or NaN
   */
  static double parse(Path file, long line, String text) {
    try {
      double number = Double.parseDouble(text.strip());
      if (!Double.isNaN(number)) {
        return number;
      }
    } catch (NumberFormatException _) {
      // said below
    }
    throw ElboException.at(
        file, line, "expected a rank or a score, found " + Printable.quoted(text));
  }
}
