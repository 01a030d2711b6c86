package dev.elbo.eval;

/**
 * {@code coverage@k}: the share of the catalogue's items that is recommended to at least one user.
 *
 * <p>Source: Ge, Delgado-Battenfeld and Jannach (2010), Beyond accuracy: evaluating recommender
 * systems by coverage and serendipity, RecSys (catalog coverage).
 */
public record Coverage(int k) implements CatalogueMetric {
  @Override
  public String name() {
    return "coverage@" + k;
  }

  @Override
  public double of(int[] timesRecommended) {
    int recommended = 0;
    for (int times : timesRecommended) {
      if (times > 0) {
        recommended++;
      }
    }
    return (double) recommended / timesRecommended.length;
  }
}
