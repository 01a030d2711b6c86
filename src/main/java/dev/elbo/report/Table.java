package dev.elbo.report;

import java.util.ArrayList;
import java.util.List;

/** A table that scrolls in a box of its own where the page is narrower. */
final class Table {

  /** More rows than these are there, but folded away. */
  private static final int SHOWN = 20;

  private final String caption;
  private final Html head;
  private final List<Html> rows = new ArrayList<>();

  /**
   * A table without rows.
   *
   * @param caption what it shows
   * @param columns headers of the columns, that of the rows' own headers first
   */
  Table(String caption, List<Html> columns) {
    this.caption = caption;
    this.head =
        Html.lines(columns.stream().map(column -> column.in("th", "scope", "col")).toList())
            .in("tr")
            .in("thead");
  }

  /**
   * Adds a row.
   *
   * @param header what it is about
   * @param cells one for each further column
   */
  void add(Html header, List<Html> cells) {
    var row = new ArrayList<Html>();
    row.add(header.in("th", "scope", "row"));
    cells.forEach(cell -> row.add(cell.in("td")));
    rows.add(Html.lines(row).in("tr"));
  }

  Html html() {
    if (rows.size() <= SHOWN) {
      return box(caption, rows);
    }
    int more = rows.size() - SHOWN;
    return Html.lines(
        box(
            "%s: the first %d of %,d".formatted(caption, SHOWN, rows.size()),
            rows.subList(0, SHOWN)),
        Html.lines(
                Html.text("The other %,d".formatted(more)).in("summary"),
                box(caption + ": the others", rows.subList(SHOWN, rows.size())))
            .in("details"));
  }

  private Html box(String words, List<Html> some) {
    return Html.lines(Html.text(words).in("caption"), head, Html.lines(some).in("tbody"))
        .in("table")
        // A keyboard scrolls only what it can reach.
        .in("div", "class", "scroll", "role", "region", "aria-label", words, "tabindex", "0");
  }
}
