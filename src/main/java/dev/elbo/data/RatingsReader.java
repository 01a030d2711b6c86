package dev.elbo.data;

import dev.elbo.ElboException;
import dev.elbo.data.Columns.Positions;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Reads who rated what from a file, compressed with gzip or not. The content decides what the file
 * is, not its name. Two first bytes {@code 1F 8B} mean gzip. Then the first line that is not blank
 * decides:
 *
 * <ul>
 *   <li>It starts with a brace: <b>JSON lines</b>, one object in each line, as in Amazon's reviews
 *       ({@code reviewerID}, {@code asin}, {@code overall}, {@code unixReviewTime}). The fields of
 *       the first object are recognised like the columns of a header.
 *   <li>Otherwise the fields are separated by the first of {@code ::}, tab, {@code |}, semicolon
 *       and comma that occurs in it.
 *   <li>If one of its fields is the usual name of a column (or columns were named by the user), or
 *       the separator is a comma or semicolon, it is a <b>header</b>, as in MovieLens's {@code
 *       ratings.csv}; fields may then stand in double quotes.
 *   <li>Otherwise it is the first rating of a file <b>without header</b>, as MovieLens's {@code
 *       ratings.dat} and {@code u.data}: user, item, rating, time. The last, or the last two, may
 *       be missing.
 * </ul>
 *
 * <p>The text is UTF-8. Blank lines are skipped. Ids are any text, taken as they stand; a rating is
 * a finite number and a time a whole number, with or without spaces around. What one line has,
 * every line must have. Memory grows with the number of ratings, not with the text around them.
 */
public final class RatingsReader {
  private static final List<String> MOVIE_LENS = List.of("user", "item", "rating", "time");

  private final Path file;
  private final BufferedReader in;
  private final Line first;
  private final InteractionsBuilder events;

  /**
   * What a file holds.
   *
   * @param interactions one event for each user and item: the last by time; at equal times, or
   *     without times, the last in the file. It keeps its place in the order of the file.
   * @param duplicates number of events that were dropped for it
   * @param format what the file was taken for
   * @param sha256 SHA-256 of the file's bytes as they are stored, in hexadecimal
   */
  public record Result(Interactions interactions, int duplicates, String format, String sha256) {}

  private RatingsReader(Path file, BufferedReader in) throws IOException {
    this.file = file;
    this.in = in;
    this.first = Line.peekFirst(file, in);
    this.events = new InteractionsBuilder(file);
  }

  /**
   * Reads a file.
   *
   * @param file the file
   * @param columns names of columns, where the usual ones do not do
   * @throws ElboException if the file cannot be read, or at the first line that is not as expected
   */
  public static Result read(Path file, Columns columns) {
    try (var text = new TextReader(file, StandardCharsets.UTF_8);
        var in = new BufferedReader(text)) {
      var reader = new RatingsReader(file, in);
      String format = reader.readAll(columns);
      Interactions all = reader.events.build();
      BitSet survivors = Duplicates.survivors(all);
      int duplicates = all.size() - survivors.cardinality();
      return new Result(
          duplicates == 0 ? all : all.select(survivors), duplicates, format, text.sha256());
    } catch (IOException e) {
      throw ElboException.in(file, "cannot be read: " + e.getMessage());
    }
  }

  private String readAll(Columns columns) throws IOException {
    if (first.text().stripLeading().startsWith("{")) {
      return readJsonLines(columns);
    }
    var text = DelimitedText.detect(file, first, columns::isHeader);
    Positions positions =
        text.hasHeader()
            ? columns.in(file, first.number(), text.fields())
            : positionsInMovieLens(text);
    text.forEach(in, (line, fields) -> add(positions, line, fields::get));
    return "separated by %s, %s header: %s"
        .formatted(
            text.separator().words,
            text.hasHeader() ? "with" : "without",
            String.join(", ", positions.names(text.hasHeader() ? text.fields() : MOVIE_LENS)));
  }

  private Positions positionsInMovieLens(DelimitedText text) {
    int fields = text.fields().size();
    if (fields > MOVIE_LENS.size()) {
      throw ElboException.at(
          file,
          first.number(),
          "expected 2 to 4 fields separated by %s (user, item, rating, time), found %d: %s"
              .formatted(text.separator().words, fields, Quoted.of(first.text())));
    }
    return new Positions(0, 1, fields > 2 ? 2 : -1, fields > 3 ? 3 : -1);
  }

  private void add(Positions positions, long line, IntFunction<String> field) {
    events.addPair(line, field.apply(positions.user()), field.apply(positions.item()));
    if (positions.hasRating()) {
      events.addRating(line, field.apply(positions.rating()));
    }
    if (positions.hasTime()) {
      events.addTime(line, field.apply(positions.time()));
    }
  }

  private String readJsonLines(Columns columns) throws IOException {
    var json = new JsonLines(file);
    List<String> names = List.copyOf(json.values(first, _ -> true).keySet());
    Positions positions = columns.in(file, first.number(), names);
    List<String> wanted = positions.names(names);
    long number = first.number();
    for (String text = in.readLine(); text != null; text = in.readLine(), number++) {
      if (!text.isBlank()) {
        addObject(json, new Line(number, text), names, wanted, positions);
      }
    }
    return "JSON lines: " + String.join(", ", wanted);
  }

  private void addObject(
      JsonLines json, Line line, List<String> names, List<String> wanted, Positions positions) {
    Map<String, String> values = json.values(line, wanted::contains);
    add(positions, line.number(), i -> json.required(line, values, names.get(i)));
  }
}
