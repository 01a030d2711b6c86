package dev.elbo.data.read;

import dev.elbo.ElboException;
import dev.elbo.data.Interactions;
import dev.elbo.data.read.Columns.Positions;
import dev.elbo.data.read.ReadingOptions.Layout;
import dev.elbo.io.Printable;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** How the lines of a ratings file are read, found out from the first that is not blank. */
sealed interface RatingsFormat {

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
    return first.text().stripLeading().startsWith("{")
        ? Json.detect(file, first, options.columns())
        : Delimited.detect(file, first, options);
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

  /**
   * Whether a line means the same wherever it stands, so that parts of the file can be read by
   * themselves.
   */
  boolean isDivisible();

  /**
   * What a whole file holds.
   *
   * @param events its events
   * @throws ElboException if its first line was taken for an event, but is none
   */
  FileContent content(Path file, Events events);

  /**
   * Separated fields.
   *
   * @param text the separator and the header
   * @param positions where the columns stand
   */
  record Delimited(DelimitedText text, Positions positions) implements RatingsFormat {
    private static final List<String> MOVIE_LENS = List.of("user", "item", "rating", "time");
    private static final String LIST = "_list";

    private static Delimited detect(Path file, Line first, ReadingOptions options) {
      Columns columns = options.columns();
      var text =
          DelimitedText.detect(
              file,
              first,
              Separator.of(first.text()),
              names -> columns.isHeader(RecBole.names(names)));
      if (!text.hasHeader()) {
        Positions positions = columns.wanted(positionsInMovieLens(text));
        if (positions.hasRating() && !options.skipBadLines()) {
          checkIsRating(text, text.fields().get(positions.rating()));
        }
        return new Delimited(text, positions);
      }
      Positions positions = columns.in(file, first.number(), text.names());
      checkHoldsNoLists(text, positions, columns);
      return new Delimited(text, positions);
    }

    private static Positions positionsInMovieLens(DelimitedText text) {
      int fields = text.fields().size();
      if (fields > MOVIE_LENS.size()) {
        throw ElboException.at(
            text.file(),
            text.first().number(),
            ("expected 2 to 4 fields separated by %s (user, item, rating, time), found %d: %s; if"
                    + " the line names columns, say which with --user-column and --item-column; if"
                    + " it is a user and many items, say --format user-items")
                .formatted(text.separator().words, fields, Printable.quoted(text.first().text())));
      }
      return new Positions(0, 1, fields > 2 ? 2 : -1, fields > 3 ? 3 : -1);
    }

    /** A first line with a word for a rating is most likely a header. */
    private static void checkIsRating(DelimitedText text, String field) {
      try {
        InteractionsBuilder.parseRating(field);
      } catch (BadLine e) {
        throw ElboException.at(
            text.file(),
            text.first().number(),
            e.getMessage()
                + "; if the line names columns, say which they are with --user-column and"
                + " --item-column");
      }
    }

    /** RecBole has files with a user's earlier items in one field: events that would be lost. */
    private static void checkHoldsNoLists(
        DelimitedText text, Positions positions, Columns columns) {
      for (int n = 0; n < text.fields().size(); n++) {
        String name = text.names().get(n);
        boolean used = n == positions.user() || n == positions.item();
        boolean earlierItems =
            columns.item() == null
                && name.endsWith(LIST)
                && Column.ITEM.isName(name.substring(0, name.length() - LIST.length()));
        if (earlierItems || (used && RecBole.isSequence(text.fields().get(n)))) {
          throw ElboException.at(
              text.file(),
              text.first().number(),
              "expected one item in each line, found the column %s, which holds lists of them; give"
                      .formatted(Printable.quoted(text.fields().get(n)))
                  + " the file with single events, or name the column of single items with"
                  + " --item-column");
        }
      }
    }

    @Override
    public long skipHeader(BufferedReader in) throws IOException {
      return text.skipHeader(in);
    }

    @Override
    public void read(BufferedReader in, long line, InteractionsBuilder events) throws IOException {
      if (text.hasHeader()) {
        events.named(text.fields().get(positions.user()), text.fields().get(positions.item()));
      }
      text.forEach(
          in,
          line,
          new DelimitedText.Sink() {
            @Override
            public void accept(long number, List<? extends CharSequence> fields) {
              events.add(positions, number, fields::get);
            }

            @Override
            public void skip(Path file, long number, String reason) {
              events.skip(number, reason);
            }
          });
    }

    @Override
    public boolean isDivisible() {
      return true;
    }

    @Override
    public FileContent content(Path file, Events events) {
      List<String> names = text.hasHeader() ? text.names() : MOVIE_LENS;
      if (!text.hasHeader()) {
        checkBeginsWithAnEvent(file, events.all());
      }
      return new FileContent(
          events,
          "separated by %s, %s header: %s"
              .formatted(
                  text.separator().words,
                  text.hasHeader() ? "with" : "without",
                  String.join(", ", positions.names(names))),
          text.hasHeader() ? positions.others(names) : List.of(),
          text.hasHeader() ? null : text.first());
    }

    /**
     * Names of columns have no digits, where ids mostly have: a first line without any, where the
     * same field has some in every other line, names columns.
     */
    private void checkBeginsWithAnEvent(Path file, Interactions all) {
      List<String> users = all.userIds();
      List<String> items = all.itemIds();
      String user = text.fields().get(positions.user());
      String item = text.fields().get(positions.item());
      boolean isFirst =
          all.size() > 1 && users.getFirst().equals(user) && items.getFirst().equals(item);
      if (isFirst
          && !hasDigit(user)
          && !hasDigit(item)
          && (isAlone(all.users(), users) || isAlone(all.items(), items))) {
        throw ElboException.at(
            file,
            text.first().number(),
            "expected an event, found %s, which looks like names of columns; say which they are with"
                    .formatted(Printable.quoted(text.first().text()))
                + " --user-column and --item-column, or remove the line");
      }
    }

    /** Whether all ids but that of the first event have digits. */
    private static boolean isAlone(int[] column, List<String> ids) {
      return ids.size() > 1
          && ids.stream().skip(1).allMatch(Delimited::hasDigit)
          && Arrays.stream(column).skip(1).noneMatch(id -> id == 0);
    }

    private static boolean hasDigit(String text) {
      return text.chars().anyMatch(Character::isDigit);
    }
  }

  /**
   * JSON lines.
   *
   * @param first the first line that is not blank
   * @param names the fields of the first object
   * @param positions which of them are the columns
   */
  record Json(Line first, List<String> names, Positions positions) implements RatingsFormat {

    private static Json detect(Path file, Line first, Columns columns) {
      try {
        List<String> names = List.copyOf(JsonObjects.ofLine(first.text(), _ -> true).keySet());
        return new Json(first, names, columns.in(file, first.number(), names));
      } catch (BadLine e) {
        throw ElboException.at(file, first.number(), e.getMessage());
      }
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
        if (text.isBlank()) {
          continue;
        }
        try {
          Map<String, String> values = JsonObjects.ofLine(text, wanted::contains);
          String object = text;
          events.add(positions, number, i -> JsonObjects.required(values, names.get(i), object));
        } catch (BadLine e) {
          events.skip(number, e.getMessage());
        }
      }
    }

    @Override
    public boolean isDivisible() {
      return true;
    }

    @Override
    public FileContent content(Path file, Events events) {
      return new FileContent(
          events,
          "JSON lines: " + String.join(", ", positions.names(names)),
          positions.others(names),
          null);
    }
  }

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

    private static UserLines detect(Line first, Layout layout) {
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
      long user = 0;
      for (String text = in.readLine(); text != null; text = in.readLine(), number++) {
        if (text.isBlank()) {
          continue;
        }
        String[] fields = separator.split(text.strip(), -1);
        if (layout == Layout.COUNT_ITEMS) {
          boolean right = fields[0].equals(String.valueOf(fields.length - 1));
          if (!right) {
            events.skip(
                number,
                "expected the number of items and as many items, found %s and %d items"
                    .formatted(Printable.quoted(fields[0]), fields.length - 1));
          }
          fields = right ? fields : new String[1];
          fields[0] = String.valueOf(user++);
        }
        for (int n = 1; n < fields.length; n++) {
          List<String> pair = List.of(fields[0], fields[n]);
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
}
