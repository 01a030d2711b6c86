package dev.elbo.data.read;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a column holds, and the names it goes by in published data sets, in order of preference. */
public enum Column {
  USER("userid user uid reviewerid customerid visitorid"),
  ITEM(
      "itemid item iid sid movieid movie asin productid product"
          + " bookid isbn songid trackid artistid businessid"),
  RATING("rating overall stars score bookrating"),
  TIME("timestamp time unixreviewtime unixtime datetime date"),
  PREDICTION("score prediction predicted pred predictedrating rating estimate"),
  RANK("rank position"),
  ID("id"),
  TITLE("title movietitle itemtitle booktitle name");

  private final String names;

  Column(String names) {
    this.names = names;
  }

  /**
   * Where this column stands in a header, or -1. Upper and lower case are the same, and so are
   * {@code userId}, {@code user_id} and {@code User-ID}.
   */
  public int in(List<String> header) {
    List<String> normalized = header.stream().map(Column::normalize).toList();
    return Arrays.stream(names.split(" "))
        .mapToInt(normalized::indexOf)
        .filter(position -> position >= 0)
        .findFirst()
        .orElse(-1);
  }

  /** Whether a text is one of the names. */
  boolean isName(String text) {
    return in(List.of(text)) >= 0;
  }

  private static String normalize(String name) {
    return name.strip().toLowerCase(Locale.ROOT).replaceAll("[ _-]", "");
  }
}
