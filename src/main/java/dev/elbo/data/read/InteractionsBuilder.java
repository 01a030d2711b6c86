package dev.elbo.data.read;

import dev.elbo.ElboException;
import dev.elbo.data.Interactions;
import dev.elbo.data.read.Columns.Positions;
import it.unimi.dsi.fastutil.floats.FloatArrayList;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.IntFunction;

/** Collects events as a file gives them, in text, and checks every value. */
final class InteractionsBuilder {
  // Most files have few different ratings, and need not parse each of them a million times.
  private static final int MAX_KNOWN_RATINGS = 1000;

  private final Path file;
  private final CharsetEncoder utf8 = StandardCharsets.UTF_8.newEncoder();
  private final IdTable userIds = new IdTable();
  private final IdTable itemIds = new IdTable();
  private final IdTable ratingTexts = new IdTable();
  private final FloatArrayList ratingValues = new FloatArrayList();
  private final IntArrayList users = new IntArrayList();
  private final IntArrayList items = new IntArrayList();
  private final FloatArrayList ratings = new FloatArrayList();
  private final LongArrayList times = new LongArrayList();

  /**
   * @param file the file, for errors
   */
  InteractionsBuilder(Path file) {
    this.file = file;
  }

  /**
   * Adds an event.
   *
   * @param positions which fields it is in
   * @param line where it was found, for errors
   * @param field gives the text of a field
   */
  void add(Positions positions, long line, IntFunction<? extends CharSequence> field) {
    addPair(line, field.apply(positions.user()), field.apply(positions.item()));
    if (positions.hasRating()) {
      addRating(line, field.apply(positions.rating()));
    }
    if (positions.hasTime()) {
      addTime(line, field.apply(positions.time()));
    }
  }

  private void addPair(long line, CharSequence user, CharSequence item) {
    users.add(number(userIds, "user", line, user));
    items.add(number(itemIds, "item", line, item));
  }

  private void addRating(long line, CharSequence text) {
    int known = ratingTexts.find(text);
    if (known >= 0) {
      ratings.add(ratingValues.getFloat(known));
      return;
    }
    float rating = parseRating(line, text);
    ratings.add(rating);
    if (ratingTexts.size() < MAX_KNOWN_RATINGS) {
      ratingTexts.add(text);
      ratingValues.add(rating);
    }
  }

  private float parseRating(long line, CharSequence text) {
    String number = text.toString().strip();
    try {
      // Float.parseFloat also takes "NaN", hexadecimal and a trailing "f" or "d".
      float rating = isDecimal(number) ? Float.parseFloat(number) : Float.NaN;
      if (Float.isFinite(rating)) {
        return rating;
      }
    } catch (NumberFormatException _) {
      // Reported below.
    }
    throw expected("a rating, a finite number such as 4 or 3.5", line, text);
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

  private void addTime(long line, CharSequence text) {
    try {
      times.add(Long.parseLong(text.toString().strip()));
    } catch (NumberFormatException _) {
      throw expected(
          "a time, whole seconds such as 978300760 (--time-column none reads none)", line, text);
    }
  }

  private int number(IdTable ids, String what, long line, CharSequence text) {
    int number = ids.find(text);
    if (number >= 0) {
      return number;
    }
    String id = text.toString();
    // Ids are written to lists with one id a line, in UTF-8.
    if (id.isEmpty() || id.chars().anyMatch(Character::isISOControl) || !utf8.canEncode(id)) {
      throw expected(what + " id, text without control characters", line, id);
    }
    return ids.add(id);
  }

  private ElboException expected(String what, long line, CharSequence found) {
    return ElboException.at(
        file, line, "expected " + what + ", found " + Quoted.of(found.toString()));
  }

  /** The events, in the order they were added; a user and item may be given more than once. */
  Interactions build() {
    return new Interactions(
        userIds.ids(),
        itemIds.ids(),
        users.toIntArray(),
        items.toIntArray(),
        ratings.toFloatArray(),
        times.toLongArray());
  }
}
