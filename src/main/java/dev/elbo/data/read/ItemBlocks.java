package dev.elbo.data.read;

import dev.elbo.data.read.Columns.Positions;
import dev.elbo.data.read.text.Line;
import dev.elbo.io.Printable;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Blocks of an item's ratings, as the Netflix Prize has them: a line with the item and a colon, and
 * then lines of user, rating and date with commas between them, up to the next item.
 *
 * @param first the first line that is not blank
 * @param positions which of item, user, rating and time are read
 */
record ItemBlocks(Line first, Positions positions) implements RatingsFormat {
  private static final Pattern ITEM = Pattern.compile("\\d+:");
  private static final int FIELDS = 3;

  /** Whether a file that begins with this line is one. */
  static boolean isFirst(Line line) {
    return ITEM.matcher(line.text().strip()).matches();
  }

  static ItemBlocks detect(Line first, Columns columns) {
    return new ItemBlocks(first, columns.wanted(new Positions(1, 0, 2, 3)));
  }

  @Override
  public long skipHeader(BufferedReader in) {
    return first.number();
  }

  @Override
  public void read(BufferedReader in, long line, InteractionsBuilder events) throws IOException {
    String item = "";
    long number = line;
    for (String text = in.readLine(); text != null; text = in.readLine(), number++) {
      String stripped = text.strip();
      if (ITEM.matcher(stripped).matches()) {
        item = stripped.substring(0, stripped.length() - 1);
      } else if (!stripped.isEmpty()) {
        String[] fields = stripped.split(",", -1);
        if (fields.length == FIELDS) {
          List<String> event = List.of(item, fields[0], fields[1], fields[2]);
          events.add(positions, number, event::get);
        } else {
          events.skip(
              number,
              "expected an item and a colon, or user, rating and date with commas between them,"
                  + " found "
                  + Printable.quoted(text));
        }
      }
    }
  }

  @Override
  public boolean isDivisible() {
    return false;
  }

  @Override
  public FileContent content(Path file, Events events) {
    return new FileContent(
        events, "blocks of an item's ratings: item, then user, rating, date", List.of(), null);
  }
}
