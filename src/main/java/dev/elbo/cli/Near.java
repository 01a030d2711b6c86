package dev.elbo.cli;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Names that may have been meant by one that does not exist. */
final class Near {
  private static final int MOST = 3;

  private Near() {}

  /**
   * The nearest names, nearest first; none if even these differ in more than a third of their
   * characters.
   *
   * @param name what was given
   * @param names what there is. Not modified.
   */
  static List<String> of(String name, Collection<String> names) {
    record Candidate(String name, int distance) {}
    String given = name.toLowerCase(Locale.ROOT);
    return names.stream()
        .map(other -> new Candidate(other, distance(given, other.toLowerCase(Locale.ROOT))))
        .filter(candidate -> 3 * candidate.distance <= Math.max(3, candidate.name.length()))
        .sorted(Comparator.comparingInt(Candidate::distance))
        .limit(MOST)
        .map(Candidate::name)
        .toList();
  }

  /** How many characters are to be inserted, deleted or replaced (Levenshtein). */
  private static int distance(String a, String b) {
    int[] before = new int[b.length() + 1];
    Arrays.setAll(before, j -> j);
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = before[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(before[j], row[j - 1]));
      }
      before = row;
    }
    return before[b.length()];
  }
}
