package dev.elbo.data.read;

import java.io.Serializable;
import java.nio.file.Path;

/**
 * Lines that were left out because they are not as expected.
 *
 * @param count how many
 * @param first number of the first, counted from 1; 0 if there is none
 * @param reason what is wrong with the first: what was expected, what was found; empty if there is
 *     none
 */
record BadLines(long count, long first, String reason) implements Serializable {

  /** There is none. */
  static final BadLines NONE = new BadLines(0, 0, "");

  /** These, and those of the text that follows. */
  BadLines and(BadLines others) {
    return count == 0 ? others : new BadLines(count + others.count, first, reason);
  }

  /** The first of them, as lines of a file. */
  String firstIn(Path file) {
    return "%s, line %d: %s".formatted(file, first, reason);
  }

  /**
   * The same lines, counted from further up.
   *
   * @param lines how many lines come before
   */
  BadLines after(long lines) {
    return count == 0 ? this : new BadLines(count, first + lines, reason);
  }
}
