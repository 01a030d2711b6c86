package dev.elbo.eval;

/**
 * {@code map@k}: mean average precision. A user's value is the sum, over the hits, of the precision
 * down to the hit's rank, divided by {@code min(k, |T|)}, so that 1 can be reached whatever {@code
 * k} is. (Others divide by {@code |T|}, or by the number of hits.)
 *
 * <p>Source: McFee, Bertin-Mahieux, Ellis and Lanckriet (2012), The million song dataset challenge,
 * WWW companion, the section on evaluation (truncated mAP).
 *
 * @param k the cutoff
 * @param at where precisions are taken
 * @param by what their sum is divided by
 */
public record AveragePrecision(int k, At at, Divisor by) implements AccuracyMetric {

  /** Where precisions are taken. */
  public enum At {
    /** At the rank of each hit. */
    HITS,
    /** At each rank from 1 to {@code k}, whether or not there is a hit. */
    RANKS
  }

  /** At the hits, divided by the most hits possible. */
  public AveragePrecision(int k) {
    this(k, At.HITS, Divisor.POSSIBLE);
  }

  @Override
  public String name() {
    return "map@" + k;
  }

  @Override
  public double of(JudgedList list) {
    double sum = 0;
    int hits = 0;
    for (int rank = 1; rank <= Math.min(k, list.given()); rank++) {
      boolean hit = list.gains()[rank - 1] > 0;
      hits += hit ? 1 : 0;
      sum += hit || at == At.RANKS ? (double) hits / rank : 0;
    }
    return by.divide(sum, k, list);
  }

  @Override
  public double expected(TiedList list) {
    double sum =
        switch (at) {
          case HITS -> list.precisions();
          case RANKS -> list.binary().sum(rank -> sumOfReciprocals(rank, list.given()));
        };
    return by.divide(sum, k, list);
  }

  /** How much a hit adds to the precisions at its rank and below it. */
  private static double sumOfReciprocals(int rank, int last) {
    double sum = 0;
    for (int below = rank; below <= last; below++) {
      sum += 1.0 / below;
    }
    return sum;
  }
}
