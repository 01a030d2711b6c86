package dev.elbo.eval;

/**
 * {@code map@k}: mean average precision. A user's value is the sum, over the hits, of the precision
 * down to the hit's rank, divided by {@code min(k, |T|)}, so that 1 can be reached whatever {@code
 * k} is. (Others divide by {@code |T|}, or by the number of hits.)
 *
 * <p>Source: McFee, Bertin-Mahieux, Ellis and Lanckriet (2012), The million song dataset challenge,
 * WWW companion, the section on evaluation (truncated mAP).
 */
public record AveragePrecision(int k) implements AccuracyMetric {
  @Override
  public String name() {
    return "map@" + k;
  }

  @Override
  public double of(int[] hitRanks, int heldOut) {
    double sum = 0;
    for (int hit = 0; hit < hitRanks.length; hit++) {
      sum += (hit + 1.0) / hitRanks[hit];
    }
    return sum / Math.min(k, heldOut);
  }
}
