package dev.elbo.data;

import java.util.List;

/**
 * Ratings as pairs of an item and a rating, each a column of its own: that of item {@code i} and
 * level {@code r} is {@code i R + r}.
 */
public final class RatingPairs {

  private RatingPairs() {}

  /**
   * The pairs of some users.
   *
   * @param ratings the users' ratings, {@code [B, I]}
   * @param levels the ratings that have columns, ascending, {@code [R]}; another counts as the
   *     nearest of them, halfway between two as the lower
   * @return a binary matrix, {@code [B, I R]}
   */
  public static CsrMatrix of(CsrMatrix ratings, List<Float> levels) {
    int[] pairs = new int[ratings.size()];
    for (int n = 0; n < pairs.length; n++) {
      pairs[n] = ratings.indices()[n] * levels.size() + nearest(levels, ratings.values()[n]);
    }
    return new CsrMatrix(ratings.columns() * levels.size(), ratings.indptr(), pairs);
  }

  private static int nearest(List<Float> levels, float rating) {
    int nearest = 0;
    for (int r = 1; r < levels.size(); r++) {
      if (Math.abs(levels.get(r) - rating) < Math.abs(levels.get(nearest) - rating)) {
        nearest = r;
      }
    }
    return nearest;
  }
}
