package dev.elbo.eval;

/**
 * {@code precision@k}: the share of the list that is held-out items, {@code hits / k}. The
 * denominator stays {@code k} for a user with fewer held-out items, and where fewer than {@code k}
 * items are left to recommend; others divide by the items that there are.
 *
 * <p>Source: Manning, Raghavan and Schütze (2008), Introduction to information retrieval, section
 * 8.4 (precision at k).
 *
 * @param k the cutoff
 * @param by what the hits are divided by
 */
public record Precision(int k, Divisor by) implements AccuracyMetric {

  /** Of a list of {@code k}, whether or not there are as many. */
  public Precision(int k) {
    this(k, Divisor.CUTOFF);
  }

  @Override
  public String name() {
    return "precision@" + k;
  }

  @Override
  public double of(JudgedList list) {
    return by.divide(list.hits(k), k, list);
  }

  @Override
  public double expected(TiedList list) {
    return by.divide(list.hits(), k, list);
  }
}
