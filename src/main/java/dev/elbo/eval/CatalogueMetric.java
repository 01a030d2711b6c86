package dev.elbo.eval;

/** A metric of all users' recommendations together; it has no standard error. */
public sealed interface CatalogueMetric extends Metric permits Coverage, Gini {

  /**
   * The value for all users together.
   *
   * @param timesRecommended how many users have each item among their first {@code k}
   *     recommendations, {@code [I]}. Not modified.
   */
  double of(int[] timesRecommended);
}
