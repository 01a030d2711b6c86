package dev.elbo.data.read;

import dev.elbo.ElboException;
import dev.elbo.data.Interactions;
import dev.elbo.data.read.Columns.Positions;
import dev.elbo.data.read.text.BadLine;
import dev.elbo.data.read.text.Field;
import dev.elbo.data.read.text.SourceFile;
import dev.elbo.io.Printable;
import it.unimi.dsi.fastutil.floats.FloatArrayList;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;

/** Collects events as a file gives them, in text, and checks every value. */
final class InteractionsBuilder {
  // Most files have few different ratings, and need not parse each of them a million times.
  private static final int MAX_KNOWN_RATINGS = 1000;

  private final Path file;
  private final boolean skipBadLines;
  private final CharsetEncoder utf8 = StandardCharsets.UTF_8.newEncoder();
  private final IdTable userIds = new IdTable();
  private final IdTable itemIds = new IdTable();
  private final IdTable ratingTexts = new IdTable();
  private final FloatArrayList ratingValues = new FloatArrayList();
  private final IntArrayList users = new IntArrayList();
  private final IntArrayList items = new IntArrayList();
  private final FloatArrayList ratings = new FloatArrayList();
  private final TimeColumn times = new TimeColumn();
  private BadLines bad = BadLines.NONE;
  private List<String> header = List.of();

  /**
   * @param file the file, for errors
   * @param skipBadLines whether a line that is not as expected is left out and counted
   */
  InteractionsBuilder(Path file, boolean skipBadLines) {
    this.file = file;
    this.skipBadLines = skipBadLines;
  }

  /**
   * Says what the header is, so that it is known again further down.
   *
   * @param names of all columns
   */
  void header(List<String> names) {
    header = names;
  }

  /**
   * Adds an event.
   *
   * @param positions which fields it is in
   * @param line where it was found, for errors
   * @param field gives the text of a field; throws {@link BadLine} if there is none
   * @throws ElboException if a value is not as expected, and bad lines are not skipped
   */
  void add(Positions positions, long line, IntFunction<? extends CharSequence> field) {
    try {
      CharSequence user = Field.strip(field.apply(positions.user()));
      CharSequence item = Field.strip(field.apply(positions.item()));
      int userNumber = userIds.find(user);
      int itemNumber = itemIds.find(item);
      if (userNumber < 0 || itemNumber < 0) {
        checkIsNoHeader(user, item);
        checkId("user", user);
        checkId("item", item);
      }
      // Whatever can fail comes before the first change.
      float rating =
          positions.hasRating() ? rating(Field.strip(field.apply(positions.rating()))) : 0;
      if (positions.hasTime()) {
        times.add(field.apply(positions.time()));
      }
      if (positions.hasRating()) {
        ratings.add(rating);
      }
      users.add(userNumber < 0 ? userIds.add(user) : userNumber);
      items.add(itemNumber < 0 ? itemIds.add(item) : itemNumber);
    } catch (BadLine e) {
      skip(line, e.getMessage());
    }
  }

  /**
   * Leaves a line out.
   *
   * @param line its number
   * @param reason what was expected, and what was found
   * @throws ElboException if bad lines are not skipped
   */
  void skip(long line, String reason) {
    if (!skipBadLines) {
      throw ElboException.at(
          file, line, reason + "; mend the line, or leave such lines out with --skip-bad-lines");
    }
    bad = bad.and(new BadLines(1, line, reason));
  }

  /**
   * Files that were joined end to end bring their headers along, maybe with the columns in another
   * order.
   */
  private void checkIsNoHeader(CharSequence user, CharSequence item) {
    if ((isInHeader(user) && isInHeader(item))
        || (Column.USER.isName(user.toString()) && Column.ITEM.isName(item.toString()))
        || (Column.ITEM.isName(user.toString()) && Column.USER.isName(item.toString()))) {
      throw new BadLine(
          "expected an event, found %s and %s, names of columns as in the header of another file"
              .formatted(Printable.quoted(user.toString()), Printable.quoted(item.toString())));
    }
  }

  private boolean isInHeader(CharSequence text) {
    return header.stream().anyMatch(text.toString()::equalsIgnoreCase);
  }

  private float rating(CharSequence text) {
    int known = ratingTexts.find(text);
    if (known >= 0) {
      return ratingValues.getFloat(known);
    }
    float rating = parseRating(text);
    if (ratingTexts.size() < MAX_KNOWN_RATINGS) {
      ratingTexts.add(text);
      ratingValues.add(rating);
    }
    return rating;
  }

  /**
   * A rating.
   *
   * @throws BadLine if the text is none
   */
  static float parseRating(CharSequence text) {
    String number = text.toString();
    try {
      // Float.parseFloat also takes "NaN", hexadecimal and a trailing "f" or "d".
      float rating = isDecimal(number) ? Float.parseFloat(number) : Float.NaN;
      if (Float.isFinite(rating)) {
        return rating;
      }
    } catch (NumberFormatException _) {
      // Reported below.
    }
    throw BadLine.expected(
        "a rating, a finite number such as 4 or 3.5 (--rating-column none reads none)", text);
  }

  private static boolean isDecimal(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E') {
        return false;
      }
    }
    return true;
  }

  private void checkId(String what, CharSequence text) {
    String id = text.toString();
    // Ids are written to lists with one id a line, in UTF-8.
    if (id.isEmpty() || id.chars().anyMatch(Character::isISOControl) || !utf8.canEncode(id)) {
      throw BadLine.expected(what + " id, text without control characters", id);
    }
    if (id.charAt(0) == SourceFile.BYTE_ORDER_MARK) {
      throw BadLine.expected(
          what + " id, text without a byte order mark, as another file begins with", id);
    }
  }

  /** The events, in the order they were added; a user and item may be given more than once. */
  Events build() {
    return new Events(
        new Interactions(
            userIds.ids(),
            itemIds.ids(),
            users.toIntArray(),
            items.toIntArray(),
            ratings.toFloatArray(),
            new long[0]),
        times,
        bad);
  }
}
