package dev.elbo.eval;

import java.util.Arrays;

/**
 * {@code gini@k}: the Gini coefficient of how often each item of the catalogue is recommended. With
 * the counts {@code n_1 <= ... <= n_I} it is
 *
 * <pre>  sum_j (2 j - I - 1) n_j / (I sum_j n_j)</pre>
 *
 * <p>0 means that all items are recommended equally often; {@code 1 - m/I} that the same {@code m}
 * items are recommended to everybody and no other to anyone.
 *
 * <p>Source: Fleder and Hosanagar (2009), Blockbuster culture's next rise or fall, Management
 * Science 55(5), who take it to recommendations. Shani and Gunawardana (2011), Evaluating
 * recommendation systems, section on item space coverage, divide by {@code I - 1} in place of
 * {@code I}.
 */
public record Gini(int k) implements CatalogueMetric {
  @Override
  public String name() {
    return "gini@" + k;
  }

  @Override
  public double of(int[] timesRecommended) {
    int[] ascending = timesRecommended.clone();
    Arrays.sort(ascending);
    double weighted = 0;
    double total = 0;
    for (int j = 1; j <= ascending.length; j++) {
      weighted += (2.0 * j - ascending.length - 1) * ascending[j - 1];
      total += ascending[j - 1];
    }
    return total == 0 ? 0 : weighted / (ascending.length * total);
  }
}
