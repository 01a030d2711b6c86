package dev.elbo.data;

import dev.elbo.ElboException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The ratings that occur, such as 1, 2, 3, 4 and 5.
 *
 * @param levels each of them once, ascending; at least two
 */
public record RatingScale(List<Float> levels) {

  private static final float USUAL_SCALE = 10;
  private static final float WIDEST_SCALE = 100;

  /**
   * Checks the levels.
   *
   * @throws ElboException if there are fewer than two, or they are not finite and ascending
   */
  public RatingScale {
    levels = List.copyOf(levels);
    if (levels.size() < 2) {
      throw new ElboException(
          "expected at least two different ratings to learn from, found %s".formatted(levels));
    }
    for (int n = 0; n < levels.size(); n++) {
      float level = levels.get(n);
      if (!Float.isFinite(level) || (n > 0 && level <= levels.get(n - 1))) {
        throw new ElboException(
            "levels: expected finite ratings, ascending, found %s".formatted(levels));
      }
    }
  }

  /** The scale of some ratings. */
  public static RatingScale of(float[] ratings) {
    var levels = new TreeSet<Float>();
    for (float rating : ratings) {
      levels.add(rating + 0f); // -0 is 0
    }
    return new RatingScale(new ArrayList<>(levels));
  }

  /**
   * Whether numbers are most likely counts, such as of plays, or other amounts that go far beyond
   * any scale that people rate on. Of a scale the upper end is in use; counts have a long tail. So
   * it is if none is negative and the highest is above 100, or above 10 and at least ten times the
   * median.
   *
   * @param ratings the numbers; not empty
   */
  public static boolean isExceededBy(float[] ratings) {
    float lowest = ratings[0];
    float highest = ratings[0];
    for (float rating : ratings) {
      lowest = Math.min(lowest, rating);
      highest = Math.max(highest, rating);
    }
    return isExceededBy(lowest, highest, limit -> 2 * upTo(limit, ratings) >= ratings.length);
  }

  /**
   * The same of numbers that are elsewhere.
   *
   * @param lowest of them
   * @param highest of them
   * @param isHalfUpTo whether at least half of them are no higher than a limit
   */
  public static boolean isExceededBy(float lowest, float highest, Predicate<Float> isHalfUpTo) {
    return lowest >= 0
        && (highest > WIDEST_SCALE || (highest > USUAL_SCALE && isHalfUpTo.test(highest / 10)));
  }

  /** How many numbers are no higher than a limit. */
  public static long upTo(float limit, float[] ratings) {
    long count = 0;
    for (float rating : ratings) {
      count += rating <= limit ? 1 : 0;
    }
    return count;
  }

  /** The lowest rating. */
  public double low() {
    return levels.getFirst();
  }

  /** The highest rating. */
  public double high() {
    return levels.getLast();
  }

  /** Halfway between the two, 3 of 1 to 5: what is predicted where nothing is known. */
  public double middle() {
    return (low() + high()) / 2;
  }

  /** The nearest value within the scale. */
  public double clip(double rating) {
    return Math.clamp(rating, low(), high());
  }
}
