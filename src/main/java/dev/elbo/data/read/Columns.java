package dev.elbo.data.read;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.elbo.DidYouMean;
import dev.elbo.ElboException;
import dev.elbo.data.read.text.RecBole;
import dev.elbo.io.OptionName;
import dev.elbo.io.Printable;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the user calls the columns of a ratings file (the fields, in JSON lines). A column that is
 * not named is recognised by its usual names, such as {@code userId}, {@code user_id} or {@code
 * reviewerID} for the user.
 *
 * @param user name of the column with the user, exactly as the file writes it; null if it is not
 *     named
 * @param item name of the column with the item; null if it is not named
 * @param rating name of the column with the rating; {@value #NONE} to leave ratings out; null if it
 *     is not named
 * @param time name of the column with the time; {@value #NONE} to leave times out; null if it is
 *     not named
 */
public record Columns(
    @JsonSetter(nulls = Nulls.SET) String user,
    @JsonSetter(nulls = Nulls.SET) String item,
    @JsonSetter(nulls = Nulls.SET) String rating,
    @JsonSetter(nulls = Nulls.SET) String time)
    implements Serializable {

  /** Instead of a name: the column is not read, whatever it holds. */
  public static final String NONE = "none";

  /** No column is named: all are recognised by their usual names. */
  public static final Columns RECOGNISED = new Columns(null, null, null, null);

  /**
   * Checks that no column is named twice.
   *
   * @throws ElboException if one is
   */
  public Columns {
    List<String> names = named(user, item, rating, time).toList();
    if (names.stream().distinct().count() < names.size()) {
      throw new ElboException("expected a different column for each use, found " + names);
    }
  }

  /**
   * Where the columns stand.
   *
   * @param user index of the field with the user
   * @param item index of the field with the item
   * @param rating index of the field with the rating, or -1
   * @param time index of the field with the time, or -1
   */
  record Positions(int user, int item, int rating, int time) {

    boolean hasRating() {
      return rating >= 0;
    }

    boolean hasTime() {
      return time >= 0;
    }

    /** The names of these columns, in the order user, item, rating, time. */
    List<String> names(List<String> header) {
      return stream().mapToObj(header::get).toList();
    }

    /** The names of all other columns. */
    List<String> others(List<String> header) {
      return IntStream.range(0, header.size())
          .filter(i -> stream().noneMatch(used -> used == i))
          .mapToObj(header::get)
          .toList();
    }

    private IntStream stream() {
      return IntStream.of(user, item, rating, time).filter(i -> i >= 0);
    }
  }

  private static Stream<String> named(String... names) {
    return Stream.of(names).filter(Objects::nonNull).filter(name -> !name.equals(NONE));
  }

  /** Whether a line names columns: one that the user named, or a usual name of any column. */
  boolean isHeader(List<String> fields) {
    return named(user, item, rating, time).findAny().isPresent()
        || Stream.of(Column.USER, Column.ITEM, Column.RATING, Column.TIME)
            .anyMatch(column -> column.in(fields) >= 0);
  }

  /**
   * Finds the columns in a header.
   *
   * @throws ElboException if a column that was named is missing, or the user or the item is
   */
  Positions in(Path file, long line, List<String> header) {
    var positions =
        new Positions(
            find(Column.USER, user, file, line, header),
            find(Column.ITEM, item, file, line, header),
            find(Column.RATING, rating, file, line, header),
            find(Column.TIME, time, file, line, header));
    if (positions.user < 0 || positions.item < 0) {
      throw ElboException.at(
          file,
          line,
          "expected names of columns with a user and an item, such as userId and itemId, found no "
              + (positions.user < 0 ? "user" : "item")
              + " in "
              + Printable.quoted(String.join(", ", header))
              + "; say which they are with --user-column and --item-column, or add a header line");
    }
    return positions;
  }

  /** Positions without the columns that are not to be read. */
  Positions wanted(Positions all) {
    return new Positions(
        all.user,
        all.item,
        NONE.equals(rating) ? -1 : all.rating,
        NONE.equals(time) ? -1 : all.time);
  }

  private static int find(Column column, String name, Path file, long line, List<String> header) {
    if (NONE.equals(name) && !header.contains(NONE)) {
      return -1;
    }
    if (name == null) {
      return column.in(header);
    }
    int position = header.indexOf(header.contains(name) ? name : RecBole.name(name));
    if (position < 0) {
      throw ElboException.at(
          file,
          line,
          "expected a column "
              + Printable.quoted(name)
              + DidYouMean.among(header, name)
              + ", found "
              + Printable.quoted(String.join(", ", header))
              + "; say which it is with --%s-column".formatted(OptionName.of(column)));
    }
    return position;
  }
}
