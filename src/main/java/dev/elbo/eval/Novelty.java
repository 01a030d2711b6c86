package dev.elbo.eval;

import java.util.Arrays;

/**
 * {@code novelty@k}: the mean self-information {@code log2(users / popularity)}, in bits, of the
 * recommended items; popularity is the number of training users who have the item. 0 means that
 * every training user has them all. An item that no training user has counts as if one had it,
 * which keeps the value within [0, log2(users)].
 *
 * <p>Source: Zhou, Kuscsik, Liu, Medo, Wakeling and Zhang (2010), Solving the apparent
 * diversity-accuracy dilemma of recommender systems, PNAS 107(10) (surprisal).
 *
 * @param k the cutoff
 * @param of of what an item's popularity is a share
 */
public record Novelty(int k, Of of) implements UserMetric {

  /** Of what an item's popularity is a share. */
  public enum Of {
    /** The training users. */
    USERS,
    /** The training users; the bits are divided by {@code log2(users)}. */
    USERS_NORMALISED,
    /** All training events. */
    EVENTS
  }

  /** Of the training users. */
  public Novelty(int k) {
    this(k, Of.USERS);
  }

  @Override
  public String name() {
    return "novelty@" + k;
  }

  /**
   * The value for one user.
   *
   * @param recommended the first {@code k} recommendations. Not modified.
   * @param popularity how many training users have each item, {@code [I]}. Not modified.
   * @param trainingUsers number of training users, 1 or more
   * @return the mean over the recommendations; 0 if there is none
   */
  public double of(int[] recommended, int[] popularity, int trainingUsers) {
    double whole = of == Of.EVENTS ? Arrays.stream(popularity).asLongStream().sum() : trainingUsers;
    double base = of == Of.USERS_NORMALISED ? trainingUsers : 2;
    double bits = 0;
    for (int item : recommended) {
      double share = Math.max(1.0, popularity[item]) / whole;
      bits -= StrictMath.log(share) / StrictMath.log(base);
    }
    boolean nothingToSay = recommended.length == 0 || base == 1; // one user has all there is
    return nothingToSay ? 0 : bits / recommended.length;
  }
}
