package dev.elbo.data.read;

import dev.elbo.ElboException;
import dev.elbo.data.Interactions;
import dev.elbo.data.read.Columns.Positions;
import dev.elbo.data.read.text.BadLine;
import dev.elbo.data.read.text.DelimitedText;
import dev.elbo.data.read.text.Line;
import dev.elbo.data.read.text.RecBole;
import dev.elbo.data.read.text.Separator;
import dev.elbo.io.Printable;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Separated fields.
 *
 * @param text the separator and the header
 * @param positions where the columns stand
 */
record SeparatedFields(DelimitedText text, Positions positions) implements RatingsFormat {
  private static final List<String> MOVIE_LENS = List.of("user", "item", "rating", "time");
  private static final String LIST = "_list";

  static SeparatedFields detect(Path file, Line first, ReadingOptions options) {
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
      return new SeparatedFields(text, positions);
    }
    Positions positions = columns.in(file, first.number(), text.names());
    checkHoldsNoLists(text, positions, columns);
    return new SeparatedFields(text, positions);
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
  private static void checkHoldsNoLists(DelimitedText text, Positions positions, Columns columns) {
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
      events.header(text.fields());
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
  public boolean judgesAllEvents() {
    return !text.hasHeader()
        && !hasDigit(text.fields().get(positions.user()))
        && !hasDigit(text.fields().get(positions.item()));
  }

  @Override
  public FileContent content(Path file, Events events) {
    List<String> names = text.hasHeader() ? text.names() : MOVIE_LENS;
    if (judgesAllEvents()) {
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
    if (isFirst && (isAlone(all.users(), users) || isAlone(all.items(), items))) {
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
        && ids.stream().skip(1).allMatch(SeparatedFields::hasDigit)
        && Arrays.stream(column).skip(1).noneMatch(id -> id == 0);
  }

  private static boolean hasDigit(String text) {
    return text.chars().anyMatch(Character::isDigit);
  }
}
