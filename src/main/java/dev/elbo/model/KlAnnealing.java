package dev.elbo.model;

/**
 * The weight of the KL term over a run: it rises linearly from 0 and stays at a cap (Liang et al.
 * 2018, section 2.2.2).
 *
 * @param cap the largest weight
 * @param updates how many updates a rise to 1 would take; 0 is the cap from the first update on
 */
public record KlAnnealing(double cap, double updates) {

  /** Share of a run after which the weight has reached its cap, when nothing else is asked for. */
  private static final double RISING_SHARE = 0.8;

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if a value is negative or not a number
   */
  public KlAnnealing {
    if (!(cap >= 0 && cap < Double.POSITIVE_INFINITY && updates >= 0)) {
      throw new IllegalArgumentException(
          "annealing needs a cap and a number of updates that are not negative: %s, %s"
              .formatted(cap, updates));
    }
  }

  /**
   * The schedule that reaches its cap after four fifths of a run (RecoTour's rule).
   *
   * @param cap the largest weight
   * @param plannedUpdates number of updates of the whole run
   */
  public static KlAnnealing over(double cap, long plannedUpdates) {
    return new KlAnnealing(cap, cap == 0 ? 0 : RISING_SHARE * plannedUpdates / cap);
  }

  /**
   * The weight of the KL term in one update.
   *
   * @param update number of the update, from 0
   */
  public double beta(long update) {
    return updates == 0 ? cap : Math.min(cap, update / updates);
  }
}
