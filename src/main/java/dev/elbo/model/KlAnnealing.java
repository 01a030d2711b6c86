package dev.elbo.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import dev.elbo.io.OptionName;

/** The weight of the KL term over a run. In JSON the names of its parts tell which one it is. */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({
  @JsonSubTypes.Type(KlAnnealing.Beta.class),
  @JsonSubTypes.Type(KlAnnealing.Gamma.class)
})
public sealed interface KlAnnealing {

  /** What counts the updates. */
  enum Counter {
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
   * The weight of the KL term in one update. The term itself is always the sum over latent units.
   *
   * @param update number of the update in the run, from 0
   * @param ofEpoch number of the update in its epoch, from 0
   * @param latent latent units, {@code K}
   */
  KlWeight weight(long update, long ofEpoch, int latent);

  /**
   * The weight of the KL term at its highest.
   *
   * @param latent latent units, {@code K}
   */
  KlWeight highest(int latent);

  /**
   * The schedule for a run, where it depends on how long that is.
   *
   * @param plannedUpdates number of updates of the whole run
   */
  KlAnnealing over(long plannedUpdates);

  /**
   * One weight for all users, beta: it rises linearly from 0 and stays at a cap (Liang et al. 2018,
   * section 2.2.2).
   *
   * @param cap the largest weight
   * @param updates how many updates a rise to 1 would take; 0 is the cap from the first update on;
   *     {@code null} is as many as let the cap be reached after four fifths of a run ({@link
   *     #over})
   * @param counter what counts the updates
   * @param mean whether the weight is divided by {@code K}, for a port that averages the divergence
   *     over latent units where the authors sum
   */
  record Beta(
      @JsonProperty("betaCap") double cap,
      @JsonProperty("annealUpdates") @JsonSetter(nulls = Nulls.SET) Double updates,
      @JsonProperty("annealCounter") Counter counter,
      @JsonProperty("meanKl") boolean mean)
      implements KlAnnealing {

    /** Share of a run after which the weight has reached its cap, unless it says otherwise. */
    private static final double RISING_SHARE = 0.8;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is negative or not a number
     */
    public Beta {
      if (!(cap >= 0 && cap < Double.POSITIVE_INFINITY && (updates == null || updates >= 0))) {
        throw new IllegalArgumentException(
            "annealing needs a cap and a number of updates that are not negative: %s, %s"
                .formatted(cap, updates));
      }
    }

    /**
     * The authors' schedule.
     *
     * @param cap the largest weight
     * @param updates how many updates a rise to 1 would take; 0 is the cap from the first update on
     */
    public Beta(double cap, double updates) {
      this(cap, updates, Counter.FROM_ZERO, /* mean= */ false);
    }

    /** A rise to the cap that is as long as the run asks for ({@link #over}). */
    public Beta(double cap) {
      this(cap, null, Counter.FROM_ZERO, /* mean= */ false);
    }

    /** The same rise to another cap. */
    public Beta with(double otherCap) {
      return new Beta(otherCap, updates, counter, mean);
    }

    /** As recommenders-team/recommenders has it. */
    @Override
    public Beta over(long plannedUpdates) {
      return over(plannedUpdates, RISING_SHARE);
    }

    /**
     * The schedule for a run: without a number of updates, the cap is reached after a share of it.
     *
     * @param plannedUpdates number of updates of the whole run
     * @param share of the run, up to 1
     */
    public Beta over(long plannedUpdates, double share) {
      if (updates != null) {
        return this;
      }
      double rise = cap == 0 ? 0 : share * plannedUpdates / cap;
      return new Beta(cap, rise, counter, mean);
    }

    /** Not to be asked before {@link #over}, if there is no number of updates. */
    @Override
    public KlWeight weight(long update, long ofEpoch, int latent) {
      long count =
          switch (counter) {
            case FROM_ZERO -> update;
            case FROM_ONE -> update + 1;
            case EACH_EPOCH -> ofEpoch;
          };
      double value = updates == 0 ? cap : Math.min(cap, count / updates);
      return of(value, latent);
    }

    @Override
    public KlWeight highest(int latent) {
      return of(cap, latent);
    }

    private KlWeight of(double value, int latent) {
      return KlWeight.of(mean ? value / latent : value);
    }
  }

  /**
   * A weight for each of a user's items, from the first update on (Shenbin et al. 2020, section
   * 3.4).
   *
   * @param gamma the weight
   */
  record Gamma(double gamma) implements KlAnnealing {

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if the weight is negative or not a number
     */
    public Gamma {
      if (!(gamma >= 0 && gamma < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("gamma must not be negative: " + gamma);
      }
    }

    @Override
    public KlWeight weight(long update, long ofEpoch, int latent) {
      return highest(latent);
    }

    @Override
    public KlWeight highest(int latent) {
      return new KlWeight(gamma, /* perItem= */ true);
    }

    @Override
    public Gamma over(long plannedUpdates) {
      return this;
    }
  }
}
