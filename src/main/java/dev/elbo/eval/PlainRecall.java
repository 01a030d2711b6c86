package dev.elbo.eval;

/**
 * {@code recall-plain@k}: the share of the held-out items that is found, {@code hits / |T|}. It
 * cannot reach 1 for a user with more than {@code k} held-out items; see {@link Recall}.
 *
 * <p>Source: Manning, Raghavan and Schütze (2008), Introduction to information retrieval, section
 * 8.3, cut off at rank {@code k}.
 */
public record PlainRecall(int k) implements AccuracyMetric {
  @Override
  public String name() {
    return "recall-plain@" + k;
  }

  @Override
  public double of(JudgedList list) {
    return Divisor.HELD_OUT.divide(list.hits(k), k, list);
  }

  @Override
  public double expected(TiedList list) {
    return Divisor.HELD_OUT.divide(list.hits(), k, list);
  }
}
