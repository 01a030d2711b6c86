package dev.elbo.eval;

/**
 * {@code mrr@k}: mean reciprocal rank. A user's value is 1 over the rank of the first hit, or 0 if
 * none of the first {@code k} is a hit.
 *
 * <p>Source: Voorhees (1999), The TREC-8 question answering track report, cut off at rank {@code
 * k}.
 */
public record ReciprocalRank(int k) implements AccuracyMetric {
  @Override
  public String name() {
    return "mrr@" + k;
  }

  @Override
  public double of(int[] hitRanks, int heldOut) {
    return hitRanks.length == 0 ? 0 : 1.0 / hitRanks[0];
  }
}
