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
 *
 * @param k the cutoff
 * @param over how the sum is brought within [0, 1]
 * @param sense what a high value says
 */
public record Gini(int k, Over over, Sense sense) implements CatalogueMetric {

  /** How the sum is brought within [0, 1]. */
  public enum Over {
    /** Over {@code I}. */
    ITEMS,
    /** Over {@code I - 1}, so that one item for everybody is 1. */
    OTHER_ITEMS,
    /** Over {@code I + 1}. */
    ITEMS_AND_ONE;

    private double divisor(int items) {
      return switch (this) {
        case ITEMS -> items;
        case OTHER_ITEMS -> items - 1;
        case ITEMS_AND_ONE -> items + 1;
      };
    }
  }

  /** What a high value says. */
  public enum Sense {
    /** That few items are recommended, often. */
    INEQUALITY,
    /** The opposite: 1 less the coefficient. */
    DIVERSITY
  }

  /** The inequality, over the items of the catalogue. */
  public Gini(int k) {
    this(k, Over.ITEMS, Sense.INEQUALITY);
  }

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
    double gini = total == 0 ? 0 : weighted / (over.divisor(ascending.length) * total);
    return sense == Sense.INEQUALITY ? gini : 1 - gini;
  }
}
