package dev.elbo.eval;

/**
 * {@code hitrate@k}: 1 for a user with at least one hit, else 0; the mean is the share of users who
 * are shown anything they want.
 *
 * <p>Source: Deshpande and Karypis (2004), Item-based top-N recommendation algorithms, ACM TOIS
 * 22(1), who hold out one item per user; here there may be more.
 */
public record HitRate(int k) implements AccuracyMetric {
  @Override
  public String name() {
    return "hitrate@" + k;
  }

  @Override
  public double of(JudgedList list) {
    return list.hits(k) == 0 ? 0 : 1;
  }

  @Override
  public double expected(TiedList list) {
    return list.hits() == 0 ? 0 : 1;
  }
}
