package dev.elbo.data.read.text;

import de.siegmar.fastcsv.reader.CsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.reader.RecordType;
import dev.elbo.ElboException;
import dev.elbo.io.Printable;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Records of separated fields, all with as many fields as the first. A blank line is no record.
 *
 * @param file the file, for errors
 * @param first the first line that is not blank
 * @param separator what separates the fields
 * @param hasHeader whether the first line is a header. Then a field may stand in double quotes, and
 *     hold separators, line ends and doubled double quotes; otherwise a double quote is a character
 *     like any other.
 * @param fields the fields of the first line, without white space around them
 */
public record DelimitedText(
    Path file, Line first, Separator separator, boolean hasHeader, List<String> fields) {
  // FastCSV has no way to switch quotes off; no text that TextReader delivers has this character.
  private static final char NO_QUOTE = '\0';
  // A quoted field may hold line ends, so that a record can be longer than a line. One that is far
  // longer lacks a double quote, and must not fill the memory.
  private static final int LONGEST_RECORD = 2 * TextReader.MAX_LINE;
  private static final Pattern SPACES = Pattern.compile("\\s+");

  /** What is done with a record. */
  public interface Sink {
    /**
     * Takes a record.
     *
     * @param line the line the record starts in, counted from 1
     * @param fields its fields; modified after the call
     */
    void accept(long line, List<? extends CharSequence> fields);

    /**
     * Takes note of a record that has more or fewer fields than the first.
     *
     * @param file the file
     * @param line the line the record starts in
     * @param reason what was expected, and what was found
     * @throws ElboException if there must be none
     */
    default void skip(Path file, long line, String reason) {
      throw ElboException.at(file, line, reason);
    }
  }

  /**
   * Finds out how the fields are separated, and whether the first line is a header.
   *
   * @param file the file, for errors
   * @param first its first line that is not blank
   * @param found what separates its fields, if anything does
   * @param isHeader tells from the fields of the first line whether it is a header; not asked where
   *     a header must be
   * @throws ElboException if the first line has no separator, or wrong quotes
   */
  public static DelimitedText detect(
      Path file, Line first, Optional<Separator> found, Predicate<List<String>> isHeader) {
    return detect(file, first, found, isHeader, found.map(one -> one.needsHeader).orElse(false));
  }

  /**
   * The same where a first line that is no header says by itself what the fields are, also if
   * commas or semicolons separate them.
   *
   * @throws ElboException if the first line has no separator
   */
  public static DelimitedText detectWithOrWithoutHeader(
      Path file, Line first, Optional<Separator> found, Predicate<List<String>> isHeader) {
    return detect(file, first, found, isHeader, /* needsHeader= */ false);
  }

  private static DelimitedText detect(
      Path file,
      Line first,
      Optional<Separator> found,
      Predicate<List<String>> isHeader,
      boolean needsHeader) {
    Separator separator =
        found.orElseThrow(
            () ->
                ElboException.at(
                    file,
                    first.number(),
                    "expected fields separated by ::, tab, |, semicolon, comma or spaces, found "
                        + Printable.quoted(first.text())));
    try {
      List<String> header = split(first, separator, true);
      if (needsHeader || isHeader.test(header)) {
        return new DelimitedText(file, first, separator, true, header);
      }
    } catch (CsvParseException _) {
      if (needsHeader) {
        throw wrongQuotes(file, first.number(), separator);
      }
      // Double quotes that quote nothing: not a header.
    }
    return new DelimitedText(file, first, separator, false, split(first, separator, false));
  }

  private static List<String> split(Line line, Separator separator, boolean quotes) {
    if (separator == Separator.SPACES) {
      return List.of(SPACES.split(line.text().strip()));
    }
    var record = new Row(line.number());
    builder(separator, quotes).build(record, line.text()).iterator().next();
    return record.fields().stream().map(field -> field.toString().strip()).toList();
  }

  /** The names of the columns, where there is a header. */
  public List<String> names() {
    return RecBole.names(fields);
  }

  /**
   * Skips the header, if there is one.
   *
   * @param in the characters, from the first line that is not blank
   * @return number of the line that {@code in} then stands at
   */
  public long skipHeader(BufferedReader in) throws IOException {
    if (hasHeader) {
      in.readLine();
      return first.number() + 1;
    }
    return first.number();
  }

  /**
   * Reads all records.
   *
   * @param in the characters, from the start of a record after the header
   * @param line number of the line that {@code in} stands at
   * @param sink gets each record
   * @throws ElboException at the first record with wrong quotes, and what the sink throws
   */
  public void forEach(BufferedReader in, long line, Sink sink) throws IOException {
    if (separator == Separator.SPACES) {
      forEachBySpaces(in, line, sink);
      return;
    }
    var record = new Row(line);
    try {
      for (Row _ : builder(separator, hasHeader).build(record, in)) {
        deliver(record.line, record.fields(), sink);
      }
    } catch (CsvParseException e) {
      // FastCSV wraps what a reader throws.
      throw e.getCause() instanceof ElboException cause
          ? cause
          : wrongQuotes(file, record.line, separator);
    }
  }

  private void forEachBySpaces(BufferedReader in, long line, Sink sink) throws IOException {
    long number = line;
    for (String text = in.readLine(); text != null; text = in.readLine(), number++) {
      if (!text.isBlank()) {
        deliver(number, List.of(SPACES.split(text.strip())), sink);
      }
    }
  }

  private void deliver(long line, List<? extends CharSequence> record, Sink sink) {
    if (record.size() == fields.size()) {
      sink.accept(line, record);
      return;
    }
    sink.skip(
        file,
        line,
        "expected %d fields separated by %s, as in the first line, found %d: %s"
            .formatted(
                fields.size(),
                separator.words,
                record.size(),
                Printable.quoted(String.join(separator.text, record))));
  }

  private static CsvReader.CsvReaderBuilder builder(Separator separator, boolean quotes) {
    return CsvReader.builder()
        .fieldSeparator(separator.text)
        .quoteCharacter(quotes ? '"' : NO_QUOTE)
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
        .trimWhitespacesAroundQuotes(quotes)
        .allowUnclosedQuote(false)
        .maxBufferSize(LONGEST_RECORD);
  }

  private static ElboException wrongQuotes(Path file, long line, Separator separator) {
    return ElboException.at(
        file,
        line,
        "expected a field that starts with a double quote to end with one, followed by "
            + separator.words
            + " or the end of the line, found other text or no end; double the double quotes"
            + " inside");
  }

  /** The record being read; the same object for all of them, and so are its fields. */
  private static final class Row extends CsvCallbackHandler<Row> {
    private final long from;

    /** Of this record, and behind them of longer ones before it. */
    private final List<Field> fields = new ArrayList<>();

    private int count;
    private long line;
    private int length;
    private boolean blank;

    /**
     * @param from number of the line that reading starts with
     */
    Row(long from) {
      this.from = from;
    }

    @Override
    protected void beginRecord(long startingLineNumber) {
      line = from + startingLineNumber - 1;
      length = 0;
      blank = true;
      count = 0;
    }

    List<Field> fields() {
      return fields.subList(0, count);
    }

    @Override
    protected void addField(char[] buffer, int offset, int chars, boolean quoted) {
      length += chars + 1;
      if (length > LONGEST_RECORD) {
        throw new CsvParseException("a record of more than " + LONGEST_RECORD + " characters");
      }
      if (count == fields.size()) {
        fields.add(new Field());
      }
      fields.get(count).set(buffer, offset, chars);
      blank = count == 0 && !quoted && fields.getFirst().isBlank();
      count++;
    }

    @Override
    protected Row buildRecord() {
      return blank ? null : this;
    }

    @Override
    protected void setEmpty() {
      count = 0;
    }

    @Override
    protected void setComment(char[] buffer, int offset, int count) {
      throw new AssertionError("comments are off");
    }

    @Override
    protected RecordType getRecordType() {
      return RecordType.DATA;
    }

    @Override
    protected int getFieldCount() {
      return count;
    }
  }
}
