package dev.elbo.audit.read;

import dev.elbo.ElboException;
import dev.elbo.data.read.Column;
import dev.elbo.data.read.text.DelimitedText;
import dev.elbo.data.read.text.Line;
import dev.elbo.data.read.text.RecBole;
import dev.elbo.data.read.text.Separator;
import dev.elbo.io.Printable;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Fields separated by commas, tabs or others: a user, an item and, if there is one, a rank or a
 * score, a line each. Without a header the columns stand in that order, and a third one is ranks if
 * it counts 1, 2, 3, ... for everybody.
 */
final class SeparatedLists {

  /** Where the columns stand; -1 for one that is not there. */
  private record Positions(int user, int item, int rank, int score) {}

  private SeparatedLists() {}

  static Recommendations read(Path file, BufferedReader in) throws IOException {
    Line first = Line.peekFirst(file, in);
    DelimitedText text =
        DelimitedText.detectWithOrWithoutHeader(
            file, first, Separator.of(first.text()), SeparatedLists::isHeader);
    Positions at = text.hasHeader() ? named(file, text) : unnamed(file, text);
    var lists = new RecommendationsBuilder();
    text.forEach(
        in,
        text.skipHeader(in),
        (line, fields) ->
            lists.add(
                id(fields, at.user),
                id(fields, at.item),
                number(file, line, fields, at.rank),
                number(file, line, fields, at.score)));
    boolean ranks = !text.hasHeader() && at.score >= 0 && lists.scoresAreRanks();
    if (ranks) {
      lists.takeScoresForOrder();
    }
    return lists.build(format(text, at, ranks));
  }

  private static boolean isHeader(List<String> fields) {
    List<String> names = RecBole.names(fields);
    return Stream.of(Column.USER, Column.ITEM).anyMatch(column -> column.in(names) >= 0);
  }

  private static Positions named(Path file, DelimitedText text) {
    List<String> names = text.names();
    var at =
        new Positions(
            Column.USER.in(names),
            Column.ITEM.in(names),
            Column.RANK.in(names),
            Column.PREDICTION.in(names));
    if (at.user < 0 || at.item < 0) {
      throw ElboException.at(
          file,
          text.first().number(),
          "expected names of columns with a user and an item, such as user, item, rank, score;"
              + " found "
              + Printable.quoted(text.first().text()));
    }
    return at;
  }

  private static Positions unnamed(Path file, DelimitedText text) {
    int columns = text.fields().size();
    if (columns < 2 || columns > 3) {
      throw ElboException.at(
          file,
          text.first().number(),
          "expected a user, an item and perhaps a rank or a score, or a header that names these;"
              + " found %d fields: %s".formatted(columns, Printable.quoted(text.first().text())));
    }
    return new Positions(0, 1, -1, columns == 3 ? 2 : -1);
  }

  private static String id(List<? extends CharSequence> fields, int column) {
    return fields.get(column).toString().strip();
  }

  private static double number(
      Path file, long line, List<? extends CharSequence> fields, int column) {
    return column < 0 ? Double.NaN : Numbers.parse(file, line, fields.get(column).toString());
  }

  private static String format(DelimitedText text, Positions at, boolean ranks) {
    List<String> columns = new ArrayList<>(List.of("user", "item"));
    if (at.rank >= 0 || ranks) {
      columns.add("rank");
    }
    if (at.score >= 0 && !ranks) {
      columns.add("score");
    }
    return "separated by %s, %s header: %s"
        .formatted(
            text.separator().words,
            text.hasHeader() ? "with" : "without",
            String.join(", ", columns));
  }
}
