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
  public double of(int[] hitRanks, int heldOut) {
    return hitRanks.length == 0 ? 0 : 1;
  }
}
