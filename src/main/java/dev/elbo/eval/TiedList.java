package dev.elbo.eval;

import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * The first recommendations of a list in which some are tied, and how many hits are among them.
 * Within a group every order is equally likely, which gives the expected values below.
 *
 * <p>Source: McSherry and Najork (2008), Computing information retrieval performance measures
 * efficiently in the presence of tied scores, ECIR.
 *
 * @param probability that so many hits are among them
 * @param groups the groups of what is tied, best first, none of them empty
 * @param heldOut what all that is to be found is worth, descending, {@code [|T|]}
 * @param given number of recommendations, all groups together
 */
record TiedList(double probability, List<Group> groups, double[] heldOut, int given) {

  /**
   * Recommendations that are tied.
   *
   * @param size how many
   * @param hits how many of them were to be found
   * @param gain what these are worth, on average
   */
  record Group(int size, int hits, double gain) {}

  /** How many hits there are. */
  int hits() {
    return groups.stream().mapToInt(Group::hits).sum();
  }

  /** The same with all hits worth 1. */
  TiedList binary() {
    return new TiedList(
        probability,
        groups.stream().map(group -> new Group(group.size, group.hits, 1)).toList(),
        heldOut,
        given);
  }

  /**
   * The expected sum, over the hits, of what they are worth at their ranks.
   *
   * @param weight of a rank, counted from 1
   */
  double sum(IntToDoubleFunction weight) {
    double sum = 0;
    int rank = 0;
    for (Group group : groups) {
      double weights = 0;
      for (int n = 0; n < group.size; n++) {
        rank++;
        weights += group.hits == 0 ? 0 : weight.applyAsDouble(rank);
      }
      sum += group.gain * weights * group.hits / group.size;
    }
    return sum;
  }

  /**
   * The expected sum, over the hits, of the precision down to their ranks. A place of a group with
   * {@code h} hits among {@code n} is a hit with probability {@code h / n}, and each place before
   * it then with {@code (h - 1) / (n - 1)}.
   */
  double precisions() {
    double sum = 0;
    int rank = 0;
    int before = 0;
    for (Group group : groups) {
      double each = group.size == 1 ? 0 : (group.hits - 1.0) / (group.size - 1.0);
      for (int n = 0; n < group.size; n++) {
        rank++;
        double isHit = (double) group.hits / group.size;
        sum += isHit == 0 ? 0 : isHit * (before + 1 + n * each) / rank;
      }
      before += group.hits;
    }
    return sum;
  }

  /** The expected reciprocal rank of the first hit; 0 if there is none. */
  double reciprocal() {
    int rank = 0;
    for (Group group : groups) {
      if (group.hits > 0) {
        double expected = 0;
        double none = 1;
        for (int n = 0; n <= group.size - group.hits; n++) {
          double isHit = (double) group.hits / (group.size - n);
          expected += none * isHit / (rank + n + 1);
          none *= 1 - isHit;
        }
        return expected;
      }
      rank += group.size;
    }
    return 0;
  }

  /**
   * How likely so many of a draw are hits, without replacement.
   *
   * @param size how many there are
   * @param hits how many of them are hits
   * @param drawn how many are drawn
   * @param inside how many of these are hits
   */
  static double hypergeometric(int size, int hits, int drawn, int inside) {
    double log =
        logChoose(hits, inside) + logChoose(size - hits, drawn - inside) - logChoose(size, drawn);
    return StrictMath.exp(log);
  }

  private static double logChoose(int n, int k) {
    double log = 0;
    for (int i = 1; i <= Math.min(k, n - k); i++) {
      log += StrictMath.log((n - i + 1.0) / i);
    }
    return log;
  }
}
