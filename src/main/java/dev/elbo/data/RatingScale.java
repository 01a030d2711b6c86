package dev.elbo.data;

import dev.elbo.ElboException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The ratings that occur, such as 1, 2, 3, 4 and 5.
 *
 * @param levels each of them once, ascending; at least two
 */
public record RatingScale(List<Float> levels) {

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
