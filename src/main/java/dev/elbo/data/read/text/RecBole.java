package dev.elbo.data.read.text;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The headers of RecBole's atomic files, such as {@code .inter}: every name is followed by a type.
 */
public final class RecBole {
  private static final Pattern TYPED =
      Pattern.compile("(.+):(token|float)(_seq)?", Pattern.CASE_INSENSITIVE);

  private RecBole() {}

  /** The names of a header without their types; any other header as it is. */
  public static List<String> names(List<String> header) {
    return header.stream().allMatch(name -> TYPED.matcher(name).matches())
        ? header.stream().map(RecBole::name).toList()
        : header;
  }

  /** A name without its type, if it has one. */
  public static String name(String typed) {
    return TYPED.matcher(typed).replaceFirst("$1");
  }

  /** Whether the values of a column are lists of values. */
  public static boolean isSequence(String typed) {
    Matcher matcher = TYPED.matcher(typed);
    return matcher.matches() && matcher.group(3) != null;
  }
}
