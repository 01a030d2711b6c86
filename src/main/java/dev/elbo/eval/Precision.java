package dev.elbo.eval;

/**
 * {@code precision@k}: the share of the list that is held-out items, {@code hits / k}. The
 * denominator stays {@code k} for a user with fewer held-out items, and where fewer than {@code k}
 * items are left to recommend.
 *
 * <p>Source: Manning, Raghavan and Schütze (2008), Introduction to information retrieval, section
 * 8.4 (precision at k).
 */
public record Precision(int k) implements AccuracyMetric {
  @Override
  public String name() {
    return "precision@" + k;
  }

  @Override
  public double of(int[] hitRanks, int heldOut) {
    return (double) hitRanks.length / k;
  }
}
