package dev.elbo.data.read;

import dev.elbo.ElboException;
import dev.elbo.data.read.Columns.Positions;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** How the lines of a ratings file are read, found out from the first that is not blank. */
sealed interface RatingsFormat {

  /**
   * Finds out the format.
   *
   * @param file the file, for errors
   * @param first its first line that is not blank
   * @param columns names of columns
   * @throws ElboException if the line fits no format, or lacks a column
   */
  static RatingsFormat detect(Path file, Line first, Columns columns) {
    return first.text().stripLeading().startsWith("{")
        ? Json.detect(file, first, columns)
        : Delimited.detect(file, first, columns);
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
   * @param in the file, or a part of it, behind the header
   * @param line number of the line that {@code in} stands at
   * @param events gets the events
   * @throws ElboException at the first line that is not as expected
   */
  void read(BufferedReader in, long line, InteractionsBuilder events) throws IOException;

  /** What the file was taken for, in words. */
  @Override
  String toString();

  /**
   * Separated fields.
   *
   * @param text the separator and the header
   * @param positions where the columns stand
   */
  record Delimited(DelimitedText text, Positions positions) implements RatingsFormat {
    private static final List<String> MOVIE_LENS = List.of("user", "item", "rating", "time");

    private static Delimited detect(Path file, Line first, Columns columns) {
      var text = DelimitedText.detect(file, first, columns::isHeader);
      return new Delimited(
          text,
          text.hasHeader()
              ? columns.in(file, first.number(), text.fields())
              : columns.wanted(positionsInMovieLens(text)));
    }

    private static Positions positionsInMovieLens(DelimitedText text) {
      int fields = text.fields().size();
      if (fields > MOVIE_LENS.size()) {
        throw ElboException.at(
            text.file(),
            text.first().number(),
            "expected 2 to 4 fields separated by %s (user, item, rating, time), found %d: %s"
                .formatted(text.separator().words, fields, Quoted.of(text.first().text())));
      }
      return new Positions(0, 1, fields > 2 ? 2 : -1, fields > 3 ? 3 : -1);
    }

    @Override
    public long skipHeader(BufferedReader in) throws IOException {
      return text.skipHeader(in);
    }

    @Override
    public void read(BufferedReader in, long line, InteractionsBuilder events) throws IOException {
      text.forEach(in, line, (number, fields) -> events.add(positions, number, fields::get));
    }

    @Override
    public String toString() {
      return "separated by %s, %s header: %s"
          .formatted(
              text.separator().words,
              text.hasHeader() ? "with" : "without",
              String.join(", ", positions.names(text.hasHeader() ? text.fields() : MOVIE_LENS)));
    }
  }

  /**
   * JSON lines.
   *
   * @param lines reads a line
   * @param first the first line that is not blank
   * @param names the fields of the first object
   * @param positions which of them are the columns
   */
  record Json(JsonLines lines, Line first, List<String> names, Positions positions)
      implements RatingsFormat {

    private static Json detect(Path file, Line first, Columns columns) {
      var lines = new JsonLines(file);
      List<String> names = List.copyOf(lines.values(first, _ -> true).keySet());
      return new Json(lines, first, names, columns.in(file, first.number(), names));
    }

    @Override
    public long skipHeader(BufferedReader in) {
      return first.number();
    }

    @Override
    public void read(BufferedReader in, long line, InteractionsBuilder events) throws IOException {
      List<String> wanted = positions.names(names);
      long number = line;
      for (String text = in.readLine(); text != null; text = in.readLine(), number++) {
        if (!text.isBlank()) {
          var object = new Line(number, text);
          Map<String, String> values = lines.values(object, wanted::contains);
          events.add(positions, number, i -> lines.required(object, values, names.get(i)));
        }
      }
    }

    @Override
    public String toString() {
      return "JSON lines: " + String.join(", ", positions.names(names));
    }
  }
}
