package dev.elbo.data.read;

import dev.elbo.data.read.text.BadLine;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What reading a file, or a part of one, found out, but for the events themselves.
 *
 * @param file where the file lies
 * @param sha256 SHA-256 of its bytes as they are stored, in hexadecimal; empty for a part
 * @param events number of events, duplicates included
 * @param hasRatings whether they have ratings
 * @param times how their times are written, and how far they reach
 * @param bad lines that were left out
 * @param format what the file was taken for, in words
 * @param unused names of columns that were not read
 * @param firstEvent the first line, if it was taken for an event although it may be names of
 *     columns; null otherwise, and for a part that does not begin with it
 */
record ReadFile(
    String file,
    String sha256,
    long events,
    boolean hasRatings,
    TimeScale times,
    BadLines bad,
    String format,
    List<String> unused,
    String firstEvent)
    implements Serializable {

  /** What there is to say of a file. */
  static ReadFile of(Path file, FileContent content, String sha256) {
    Events events = content.events();
    return new ReadFile(
        file.toString(),
        sha256,
        events.all().size(),
        events.hasRatings(),
        events.times().scale(),
        events.bad(),
        content.format(),
        content.unused(),
        content.firstEvent() == null ? null : content.firstEvent().text());
  }

  /**
   * What there is to say of a file that was read in parts.
   *
   * @param parts what was found out of each, in order; they are of one format
   * @throws BadLine if their times do not fit together
   */
  static ReadFile join(List<RatingsPart.Found> parts, String sha256) {
    ReadFile first = parts.getFirst().summary();
    long events = 0;
    boolean hasRatings = false;
    BadLines bad = BadLines.NONE;
    long lines = 0;
    for (RatingsPart.Found part : parts) {
      events += part.summary().events;
      hasRatings |= part.summary().hasRatings;
      bad = bad.and(part.summary().bad.after(lines));
      lines += part.lines();
    }
    return new ReadFile(
        first.file,
        sha256,
        events,
        hasRatings,
        TimeScale.join(parts.stream().map(part -> part.summary().times).toList()),
        bad,
        first.format,
        first.unused,
        first.firstEvent);
  }

  boolean hasTimes() {
    return !times.isEmpty();
  }

  Path path() {
    return Path.of(file);
  }

  /** The first line that was left out, and what is wrong with it; nothing if none was. */
  Optional<String> firstBadLine() {
    return bad.count() == 0 ? Optional.empty() : Optional.of(bad.firstIn(path()));
  }
}
