package dev.elbo.data.read;

import dev.elbo.io.OptionName;
import java.io.Serializable;

/**
 * How a ratings file is to be read, where its content does not say. Immutable; as JSON it is an
 * object of the same components.
 *
 * @param columns what the columns are called
 * @param layout what a line, or a row, stands for
 * @param skipBadLines whether lines that are not as expected are counted and left out; without, the
 *     first one is an error. Damaged or undecodable files and wrong double quotes are errors in any
 *     case: after them nobody knows where a line ends.
 */
public record ReadingOptions(Columns columns, Layout layout, boolean skipBadLines)
    implements Serializable {

  /** Everything is recognised by the content, and every line must be as expected. */
  public static final ReadingOptions DEFAULT =
      new ReadingOptions(Columns.RECOGNISED, Layout.EVENTS, false);

  /** What a line stands for. */
  public enum Layout {
    /** An event: a user, an item and, if the file has them, a rating and a time. */
    EVENTS,
    /** A user, followed by all of the user's items. */
    USER_ITEMS,
    /**
     * All items of a user, after their number, as CiteULike's {@code users.dat} has it. The first
     * line is the user 0, the next 1, and so on.
     */
    COUNT_ITEMS;

    /** The name as it is written in options and files. */
    @Override
    public String toString() {
      return OptionName.of(this);
    }
  }

  /** The same with other columns. */
  public ReadingOptions with(Columns others) {
    return new ReadingOptions(others, layout, skipBadLines);
  }
}
