package dev.elbo.data.read;

import dev.elbo.ElboException;
import dev.elbo.data.read.ReadingOptions.Layout;
import dev.elbo.data.read.text.Line;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;

/** How the lines of a ratings file are read, found out from the first that is not blank. */
sealed interface RatingsFormat permits SeparatedFields, JsonLines, ItemBlocks, UserLines {

  /**
   * Finds out the format.
   *
   * @param file the file, for errors
   * @param first its first line that is not blank
   * @param options how to read it
   * @throws ElboException if the line fits no format, or lacks a column
   */
  static RatingsFormat detect(Path file, Line first, ReadingOptions options) {
    if (options.layout() != Layout.EVENTS) {
      return UserLines.detect(first, options.layout());
    }
    if (ItemBlocks.isFirst(first)) {
      return ItemBlocks.detect(first, options.columns());
    }
    return first.text().stripLeading().startsWith("{")
        ? JsonLines.detect(file, first, options.columns())
        : SeparatedFields.detect(file, first, options);
  }

  /**
   * Skips the header, if there is one.
   *
   * @param in the file, from the first line that is not blank
   * @return number of the line that {@code in} then stands at
   */
  long skipHeader(BufferedReader in) throws IOException;

  /**
   * Reads events.
   *
   * @param in the file, or a part of it, after the header
   * @param line number of the line that {@code in} stands at
   * @param events gets the events
   * @throws ElboException at the first line that is not as expected
   */
  void read(BufferedReader in, long line, InteractionsBuilder events) throws IOException;

  /**
   * Whether a line means the same wherever it stands, so that parts of the file can be read by
   * themselves.
   */
  boolean isDivisible();

  /** Whether {@link #content} looks at all events together to say whether the first is one. */
  default boolean judgesAllEvents() {
    return false;
  }

  /**
   * What a whole file holds, or a part of one that {@link #judgesAllEvents} does not apply to.
   *
   * @param events its events
   * @throws ElboException if its first line was taken for an event, but is none
   */
  FileContent content(Path file, Events events);
}
