package dev.elbo.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;

/**
 * The weight of the KL term over a run: it rises linearly from 0 and stays at a cap (Liang et al.
 * 2018, section 2.2.2).
 *
 * @param cap the largest weight
 * @param updates how many updates a rise to 1 would take; 0 is the cap from the first update on;
 *     {@code null} is as many as let the cap be reached after four fifths of a run ({@link #over})
 * @param counter what counts the updates
 * @param averagedOver what the weight is divided by: 1, or {@code K} for a port that averages the
 *     divergence over latent units where the authors sum
 * @param perItem whether the weight is that of each of a user's items, and not of the user
 */
public record KlAnnealing(
    @JsonProperty("klWeight") double cap,
    @JsonProperty("annealUpdates") @JsonSetter(nulls = Nulls.SET) Double updates,
    @JsonProperty("annealCounter") Counter counter,
    @JsonProperty("klAveragedOver") int averagedOver,
    @JsonProperty("klPerItem") boolean perItem) {

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
    if (!(cap >= 0 && cap < Double.POSITIVE_INFINITY && (updates == null || updates >= 0))) {
      throw new IllegalArgumentException(
          "annealing needs a cap and a number of updates that are not negative: %s, %s"
              .formatted(cap, updates));
    }
    if (averagedOver < 1) {
      throw new IllegalArgumentException("a mean over " + averagedOver + " units");
    }
  }

  /**
   * The schedule for a run: without a number of updates, the cap is reached after four fifths of it
   * (as recommenders-team/recommenders has it).
   *
   * @param plannedUpdates number of updates of the whole run
   */
  public KlAnnealing over(long plannedUpdates) {
    return over(plannedUpdates, RISING_SHARE);
  }

  /**
   * The schedule for a run: without a number of updates, the cap is reached after a share of it.
   *
   * @param plannedUpdates number of updates of the whole run
   * @param share of the run, up to 1
   */
  public KlAnnealing over(long plannedUpdates, double share) {
    if (updates != null) {
      return this;
    }
    double rise = cap == 0 ? 0 : share * plannedUpdates / cap;
    return new KlAnnealing(cap, rise, counter, averagedOver, perItem);
  }

  /** A rise to the cap that is as long as the run asks for ({@link #over}). */
  public static KlAnnealing to(double cap) {
    return new KlAnnealing(cap, null, Counter.FROM_ZERO, 1, /* perItem= */ false);
  }

  /** The same rise to another cap. */
  public KlAnnealing with(double otherCap) {
    return new KlAnnealing(otherCap, updates, counter, averagedOver, perItem);
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
   * @throws NullPointerException before {@link #over}, if there is no number of updates
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
