package dev.elbo.eval;

import java.util.function.IntUnaryOperator;

/** What a user's hits, or their precisions, are divided by. */
public enum Divisor {
  /** The most hits possible, {@code min(k, |T|)}. */
  POSSIBLE,
  /** All held-out items, {@code |T|}. */
  HELD_OUT,
  /** The cutoff, {@code k}. */
  CUTOFF,
  /** The recommendations that there are, at most {@code k}. */
  GIVEN,
  /** The most hits possible in a list of this length: the least of {@code k}, it and |T|. */
  POSSIBLE_OF_GIVEN,
  /** The hits. */
  HITS;

  /**
   * The divisor for a user.
   *
   * @param k the cutoff
   * @param heldOut number of held-out items, {@code |T|}
   * @param given number of recommendations
   * @param hits how many of a number of recommendations are hits
   */
  private int of(int k, int heldOut, int given, IntUnaryOperator hits) {
    return switch (this) {
      case POSSIBLE -> Math.min(k, heldOut);
      case HELD_OUT -> heldOut;
      case CUTOFF -> k;
      case GIVEN -> Math.min(k, given);
      case POSSIBLE_OF_GIVEN -> Math.min(Math.min(k, given), heldOut);
      case HITS -> hits.applyAsInt(k);
    };
  }

  /** A sum over the hits among the first {@code k}, divided; 0 where there is nothing to divide. */
  double divide(double sum, int k, JudgedList list) {
    return divided(sum, of(k, list.heldOut().length, list.given(), list::hits));
  }

  /** An expected sum, divided; 0 where there is nothing to divide. */
  double divide(double sum, int k, TiedList list) {
    return divided(sum, of(k, list.heldOut().length, list.given(), _ -> list.hits()));
  }

  private static double divided(double sum, int by) {
    return by == 0 ? 0 : sum / by;
  }
}
