package dev.elbo.audit;

import java.util.List;

/**
 * Something about recommendations that is not as it should be.
 *
 * @param kind what
 * @param count how many users, or how many recommendations
 * @param users how many users they are of
 * @param examples some of them, in words
 * @param remedy what makes the difference to a figure
 */
public record Finding(Kind kind, long count, int users, List<String> examples, Removal remedy) {

  /** What is found. */
  public enum Kind {
    USERS_MISSING("users without a list"),
    USERS_DOUBLED("users with two lists, of which the first is judged"),
    USERS_UNKNOWN("users that the data does not have to judge by"),
    RANKS_AGAINST_SCORES("users whose scores do not descend with their ranks"),
    SHORT("lists shorter than the cutoff"),
    ITEMS_SEEN("recommended items that the user has already"),
    ITEMS_REPEATED("items that stand in a list twice"),
    ITEMS_UNKNOWN("recommended items that the data does not have"),
    ITEMS_UNTRAINED("recommended items that no training user has"),
    ITEMS_BEFORE_THEIR_TIME("recommended items that nobody had by the time of what is held out"),
    TIES("lists of which ties decide the figures");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** What it is, in words. */
    public String words() {
      return words;
    }
  }
}
