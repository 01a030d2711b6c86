package dev.elbo.data.read;

import dev.elbo.data.read.Columns.Positions;
import dev.elbo.data.read.ReadingOptions.Layout;
import dev.elbo.data.read.text.Line;
import dev.elbo.data.read.text.Separator;
import dev.elbo.io.Printable;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A user and all of the user's items in each line.
 *
 * @param first the first line that is not blank
 * @param separator what is between them
 * @param layout what a line begins with
 */
record UserLines(Line first, Pattern separator, Layout layout) implements RatingsFormat {
  private static final Positions PAIR = new Positions(0, 1, -1, -1);
  private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");

  static UserLines detect(Line first, Layout layout) {
    Pattern separator =
        Separator.of(first.text())
            .filter(found -> found != Separator.TAB && found != Separator.SPACES)
            .map(found -> Pattern.compile("\\s*" + Pattern.quote(found.text) + "\\s*"))
            .orElse(WHITE_SPACE);
    return new UserLines(first, separator, layout);
  }

  @Override
  public long skipHeader(BufferedReader in) {
    return first.number();
  }

  @Override
  public void read(BufferedReader in, long line, InteractionsBuilder events) throws IOException {
    long number = line;
    long users = 0;
    for (String text = in.readLine(); text != null; text = in.readLine(), number++) {
      if (text.isBlank()) {
        continue;
      }
      String[] fields = separator.split(text.strip(), -1);
      String user = fields[0];
      if (layout == Layout.COUNT_ITEMS) {
        user = String.valueOf(users++);
        if (!fields[0].equals(String.valueOf(fields.length - 1))) {
          events.skip(
              number,
              "expected the number of items and then that many items, found %s and %d items"
                  .formatted(Printable.quoted(fields[0]), fields.length - 1));
          continue;
        }
      }
      for (int n = 1; n < fields.length; n++) {
        List<String> pair = List.of(user, fields[n]);
        events.add(PAIR, number, pair::get);
      }
    }
  }

  @Override
  public boolean isDivisible() {
    return layout != Layout.COUNT_ITEMS;
  }

  @Override
  public FileContent content(Path file, Events events) {
    return new FileContent(
        events,
        layout == Layout.COUNT_ITEMS
            ? "one line for each user: number of items, items"
            : "one line for each user: user, items",
        List.of(),
        null);
  }
}
