package dev.elbo;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The name that was probably meant by one that does not exist. */
public final class DidYouMean {

  /** Nobody means a name by something this long. */
  private static final int LONGEST = 64;

  private DidYouMean() {}

  /**
   * The closest of some names, if one is close: it begins with what was typed, or becomes it by few
   * changes, at most one in three letters. A change is a letter too many, missing, or another, or
   * two that are swapped (the optimal string alignment distance); upper and lower case are alike.
   *
   * @param typed what was typed
   * @param names what there is; the first of the equally close ones is taken
   */
  public static Optional<String> closest(String typed, Collection<String> names) {
    if (typed.length() > LONGEST) {
      return Optional.empty();
    }
    String letters = typed.toLowerCase(Locale.ROOT);
    return nearest(
        letters,
        names.stream().filter(name -> distance(letters, name) <= letters.length() / 3).toList());
  }

  /**
   * The closest of some names, however far it is; the first of the equally close ones.
   *
   * @param typed what was typed
   * @param names what there is
   * @return nothing if there are none
   */
  public static Optional<String> nearest(String typed, Collection<String> names) {
    String letters = typed.toLowerCase(Locale.ROOT);
    return names.stream().min(Comparator.comparingInt(name -> distance(letters, name)));
  }

  /**
   * The same for a message, to follow the name in question.
   *
   * @return {@code " (did you mean train?)"}, or nothing if no name is close
   */
  public static String among(Collection<String> names, String typed) {
    return closest(typed, names).map(" (did you mean %s?)"::formatted).orElse("");
  }

  private static int distance(String typed, String name) {
    String other = name.toLowerCase(Locale.ROOT);
    if (typed.length() > 1 && other.startsWith(typed)) {
      return 0;
    }
    int[][] changes = new int[typed.length() + 1][other.length() + 1];
    for (int i = 0; i <= typed.length(); i++) {
      for (int j = 0; j <= other.length(); j++) {
        if (i == 0 || j == 0) {
          changes[i][j] = i + j;
          continue;
        }
        boolean same = typed.charAt(i - 1) == other.charAt(j - 1);
        int fewest = changes[i - 1][j - 1] + (same ? 0 : 1);
        fewest = Math.min(fewest, 1 + Math.min(changes[i - 1][j], changes[i][j - 1]));
        if (i > 1
            && j > 1
            && typed.charAt(i - 1) == other.charAt(j - 2)
            && typed.charAt(i - 2) == other.charAt(j - 1)) {
          fewest = Math.min(fewest, 1 + changes[i - 2][j - 2]);
        }
        changes[i][j] = fewest;
      }
    }
    return changes[typed.length()][other.length()];
  }
}
