package dev.elbo.data;

import dev.elbo.ElboException;
import it.unimi.dsi.fastutil.floats.FloatArrayList;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Collects events as a file gives them, in text, and checks every value. */
final class InteractionsBuilder {
  private final Path file;
  private final CharsetEncoder utf8 = StandardCharsets.UTF_8.newEncoder();
  private final IdTable userIds = new IdTable();
  private final IdTable itemIds = new IdTable();
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

  /** Adds the user and the item of an event. */
  void addPair(long line, String user, String item) {
    users.add(number(userIds, "user", line, user));
    items.add(number(itemIds, "item", line, item));
  }

  /** Adds the rating of an event; for all events or for none. Spaces around it do not matter. */
  void addRating(long line, String text) {
    String number = text.strip();
    try {
      // Float.parseFloat also takes "NaN", hexadecimal and a trailing "f" or "d".
      float rating = isDecimal(number) ? Float.parseFloat(number) : Float.NaN;
      if (Float.isFinite(rating)) {
        ratings.add(rating);
        return;
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

  /** Adds the time of an event; for all events or for none. Spaces around it do not matter. */
  void addTime(long line, String text) {
    try {
      times.add(Long.parseLong(text.strip()));
    } catch (NumberFormatException _) {
      throw expected("a time, whole seconds such as 978300760", line, text);
    }
  }

  private int number(IdTable ids, String what, long line, String id) {
    int number = ids.find(id);
    if (number >= 0) {
      return number;
    }
    // Ids are written to lists with one id a line, in UTF-8.
    if (id.isEmpty() || id.chars().anyMatch(Character::isISOControl) || !utf8.canEncode(id)) {
      throw expected(what + " id, text without control characters", line, id);
    }
    return ids.add(id);
  }

  private ElboException expected(String what, long line, String found) {
    return ElboException.at(file, line, "expected " + what + ", found " + Quoted.of(found));
  }

  /**
   * All events, in the order they were added; a user and item may be given more than once.
   *
   * @throws ElboException if there are none
   */
  Interactions build() {
    if (users.isEmpty()) {
      throw ElboException.in(file, "expected ratings, found a header and none");
    }
    return new Interactions(
        userIds.ids(),
        itemIds.ids(),
        users.toIntArray(),
        items.toIntArray(),
        ratings.toFloatArray(),
        times.toLongArray());
  }
}
