package dev.elbo.data.read;

import dev.elbo.ElboException;
import dev.elbo.data.read.text.DelimitedText;
import dev.elbo.data.read.text.Line;
import dev.elbo.data.read.text.RecBole;
import dev.elbo.data.read.text.Separator;
import dev.elbo.data.read.text.SourceFile;
import dev.elbo.data.read.text.TextReader;
import dev.elbo.io.Printable;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what the items are called, from MovieLens's {@code movies.dat} ({@code id::title::genres}),
 * {@code u.item} ({@code id|title|...}) or {@code movies.csv}, or any file with a header that names
 * a column with the item ({@code movieId}, {@code itemId}, {@code asin}, {@code id}, ...) and one
 * with the {@code title}; compressed with gzip, the only file in a zip archive, or neither. The
 * first line that is not blank decides, as for {@link RatingsReader}: the fields are separated by
 * the first of {@code ::}, tab, {@code |}, semicolon and comma that occurs in it. Without a header,
 * the item is the first field and the title the second. White space around ids and titles is not
 * part of them.
 */
public final class TitlesReader {
  private final Optional<String> itemName;
  private final Optional<String> titleName;

  private TitlesReader(Optional<String> itemName, Optional<String> titleName) {
    this.itemName = itemName;
    this.titleName = titleName;
  }

  /**
   * Reads a file.
   *
   * @return the title of each item by its external id; of two titles the last
   * @throws ElboException if the file cannot be read, or at the first line that is not as expected
   */
  public static Map<String, String> read(Path file) {
    return read(file, Optional.empty(), Optional.empty());
  }

  /**
   * Reads a file in which columns may go by other names than the usual ones.
   *
   * @param item name of the column with the item, exactly as the header writes it
   * @param title name of the column with the title
   * @return the title of each item by its external id; of two titles the last
   * @throws ElboException if the file cannot be read or lacks a column that is named, or at the
   *     first line that is not as expected
   */
  public static Map<String, String> read(Path file, Optional<String> item, Optional<String> title) {
    // MovieLens wrote its files in ISO-8859-1 until 2009 and in UTF-8 since. Text in ISO-8859-1
    // with an accented letter is practically never well-formed UTF-8, so a strict decoder tells.
    Charset charset =
        TextReader.isUtf8(file) ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
    var reader = new TitlesReader(item, title);
    return SourceFile.read(file, charset, text -> reader.read(file, text));
  }

  private Map<String, String> read(Path file, BufferedReader in) throws IOException {
    Line first = Line.peekFirst(file, in);
    var text =
        DelimitedText.detect(
            file,
            first,
            // Titles have spaces inside.
            Separator.of(first.text()).filter(separator -> separator != Separator.SPACES),
            names -> isHeader(RecBole.names(names)));
    int item = text.hasHeader() ? item(text.names()) : 0;
    int title = text.hasHeader() ? title(text.names()) : 1;
    if (item < 0 || title < 0) {
      throw ElboException.at(
          file,
          text.first().number(),
          "expected names of columns with an item (%s) and a title (%s), found %s"
              .formatted(
                  itemName.orElse("such as movieId"),
                  titleName.orElse("such as title"),
                  Printable.quoted(text.first().text())));
    }
    Map<String, String> titles = new HashMap<>();
    text.forEach(
        in,
        text.skipHeader(in),
        (_, fields) ->
            titles.put(fields.get(item).toString().strip(), oneLine(fields.get(title).toString())));
    return titles;
  }

  /** Whether a line names columns, which it must where the user names one. */
  private boolean isHeader(List<String> fields) {
    return itemName.or(() -> titleName).isPresent() || (item(fields) >= 0 && title(fields) >= 0);
  }

  private int item(List<String> header) {
    return itemName
        .map(header::indexOf)
        .orElseGet(
            () -> Column.ITEM.in(header) >= 0 ? Column.ITEM.in(header) : Column.ID.in(header));
  }

  private int title(List<String> header) {
    return titleName.map(header::indexOf).orElseGet(() -> Column.TITLE.in(header));
  }

  /** A title is shown in one line: control characters become spaces. */
  private static String oneLine(String title) {
    return title.replaceAll("\\p{Cc}", " ").strip();
  }
}
