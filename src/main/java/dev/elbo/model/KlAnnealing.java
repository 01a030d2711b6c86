package dev.elbo.model;

/**
 * The weight of the KL term over a run: it rises linearly from 0 and stays at a cap (Liang et al.
 * 2018, section 2.2.2).
 *
 * @param cap the largest weight
 * @param updates how many updates a rise to 1 would take; 0 is the cap from the first update on
 * @param counter what counts the updates
 * @param averagedOver what the weight is divided by: 1, or {@code K} for a port that averages the
 *     divergence over latent units where the authors sum
 * @param perItem whether the weight is that of each of a user's items, and not of the user
 */
public record KlAnnealing(
    double cap, double updates, Counter counter, int averagedOver, boolean perItem) {

  /** Share of a run after which the weight has reached its cap, when nothing else is asked for. */
  private static final double RISING_SHARE = 0.8;

  /** What counts the updates. */
  public enum Counter {
    /** Updates of the run; the first is number 0, as in the authors' code. */
    FROM_ZERO,
    /** Updates of the run; the first is number 1: a port that increments before it reads. */
    FROM_ONE,
    /** Updates of the epoch; the first is number 0: a port that sets the counter back each time. */
    EACH_EPOCH;

    /** The name on the command line: {@code from-zero}. */
    @Override
    public String toString() {
      return OptionName.of(this);
    }
  }

  /**
   * The authors' schedule.
   *
   * @param cap the largest weight
   * @param updates how many updates a rise to 1 would take; 0 is the cap from the first update on
   */
  public KlAnnealing(double cap, double updates) {
    this(cap, updates, Counter.FROM_ZERO, 1, /* perItem= */ false);
  }

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
    if (averagedOver < 1) {
      throw new IllegalArgumentException("a mean over " + averagedOver + " units");
    }
  }

  /**
   * The schedule that reaches its cap after four fifths of a run (as recommenders-team/recommenders
   * has it).
   *
   * @param cap the largest weight
   * @param plannedUpdates number of updates of the whole run
   */
  public static KlAnnealing over(double cap, long plannedUpdates) {
    return new KlAnnealing(cap, cap == 0 ? 0 : RISING_SHARE * plannedUpdates / cap);
  }

  /** The same rise, counted and divided in another way. */
  public KlAnnealing with(Counter other, int units) {
    return new KlAnnealing(cap, updates, other, units, perItem);
  }

  /** The same rise of a weight that each of a user's items has. */
  public KlAnnealing ofItems() {
    return new KlAnnealing(cap, updates, counter, averagedOver, /* perItem= */ true);
  }

  /**
   * The weight of the KL term in one update. The term itself is always the sum over latent units.
   *
   * @param update number of the update in the run, from 0
   * @param ofEpoch number of the update in its epoch, from 0
   */
  public KlWeight weight(long update, long ofEpoch) {
    long count =
        switch (counter) {
          case FROM_ZERO -> update;
          case FROM_ONE -> update + 1;
          case EACH_EPOCH -> ofEpoch;
        };
    double value = updates == 0 ? cap : Math.min(cap, count / updates);
    return new KlWeight(value / averagedOver, perItem);
  }

  /** The weight of the KL term at its cap. */
  public KlWeight highest() {
    return new KlWeight(cap / averagedOver, perItem);
  }
}
