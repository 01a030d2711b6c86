package dev.elbo.eval;

/**
 * {@code ndcg@k}: normalised discounted cumulative gain. A hit at rank {@code r}, counted from 1,
 * gains {@code 1 / log2(r + 1)}; the sum is divided by that of the ideal list, whose first {@code
 * min(k, |T|)} ranks are all hits.
 *
 * <p>Source: Järvelin and Kekäläinen (2002), Cumulated gain-based evaluation of IR techniques, ACM
 * TOIS 20(4), with the discount of Burges et al. (2005), Learning to rank using gradient descent,
 * ICML; for binary relevance as in Liang et al. (2018), Variational autoencoders for collaborative
 * filtering, WWW, the section on metrics (NDCG@R).
 */
public record Ndcg(int k) implements AccuracyMetric {
  @Override
  public String name() {
    return "ndcg@" + k;
  }

  @Override
  public double of(int[] hitRanks, int heldOut) {
    double gain = 0;
    for (int rank : hitRanks) {
      gain += gain(rank);
    }
    double ideal = 0;
    for (int rank = 1; rank <= Math.min(k, heldOut); rank++) {
      ideal += gain(rank);
    }
    return gain / ideal;
  }

  /** Strict arithmetic, so that every machine computes the same bits. */
  private static double gain(int rank) {
    return StrictMath.log(2) / StrictMath.log(rank + 1.0);
  }
}
