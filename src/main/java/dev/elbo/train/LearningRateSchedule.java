package dev.elbo.train;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/**
 * The learning rate over a run. In epoch {@code e} it is {@code max(minimum, initial * factor^n)},
 * where {@code n} is how often it has been lowered by then; during the first updates of a run it
 * rises linearly to that.
 *
 * <p>It is a function of the epochs so far, so that a run that is continued needs no other state.
 *
 * @param decay when it is lowered
 * @param factor what it is multiplied by then, within (0, 1)
 * @param minimum what it does not fall below; 0 for no such bound
 * @param warmUp updates until it has risen: update {@code t}, from 0, has {@code min(1, (t + 1) /
 *     warmUp)} of it (Goyal et al. 2017, section 2.2); 0 for no rise
 */
public record LearningRateSchedule(
    Decay decay,
    @JsonProperty("scheduleFactor") double factor,
    @JsonProperty("scheduleMinimum") double minimum,
    long warmUp) {

  /** The same rate in every update, as in the authors' code. */
  public static final LearningRateSchedule CONSTANT =
      new LearningRateSchedule(new Constant(), 0.1, 0, 0);

  /** When the rate is lowered. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "schedule")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Constant.class, name = "constant"),
    @JsonSubTypes.Type(value = Step.class, name = "step"),
    @JsonSubTypes.Type(value = Plateau.class, name = "plateau")
  })
  public sealed interface Decay {
    /**
     * How often it has been lowered.
     *
     * @param epochs every finished epoch
     * @param criterion what says which epoch is better
     */
    int times(List<EpochResult> epochs, Criterion criterion);
  }

  /** Never. */
  public record Constant() implements Decay {
    @Override
    public int times(List<EpochResult> epochs, Criterion criterion) {
      return 0;
    }
  }

  /**
   * After every so many epochs: PyTorch's {@code StepLR}.
   *
   * @param size the number of epochs, 1 or more
   */
  public record Step(@JsonProperty("scheduleEvery") int size) implements Decay {
    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if the number is below 1
     */
    public Step {
      requirePositive(size);
    }

    @Override
    public int times(List<EpochResult> epochs, Criterion criterion) {
      return epochs.size() / size;
    }
  }

  /**
   * When so many epochs in a row were no better than the best before them, counted anew each time:
   * Keras' {@code ReduceLROnPlateau}. PyTorch's waits for one epoch more, and by default wants a
   * better epoch to be better by a ten-thousandth.
   *
   * @param patience the number of epochs, 1 or more
   */
  public record Plateau(@JsonProperty("schedulePatience") int patience) implements Decay {
    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if the number is below 1
     */
    public Plateau {
      requirePositive(patience);
    }

    @Override
    public int times(List<EpochResult> epochs, Criterion criterion) {
      int times = 0;
      int waited = 0;
      double best = Double.NaN;
      for (EpochResult epoch : epochs) {
        double value = criterion.of(epoch);
        if (Double.isNaN(best) || criterion.isBetter(value, best)) {
          best = value;
          waited = 0;
        } else if (++waited == patience) {
          times++;
          waited = 0;
        }
      }
      return times;
    }
  }

  private static void requirePositive(int epochs) {
    if (epochs < 1) {
      throw new IllegalArgumentException(
          "the learning rate must be lowered after 1 epoch or more, not " + epochs);
    }
  }

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a number is out of range
   */
  public LearningRateSchedule {
    if (!(factor > 0 && factor < 1)) {
      throw new IllegalArgumentException(
          "the factor of the learning rate must be within 0 and 1, not " + factor);
    }
    if (!(minimum >= 0 && minimum < Double.POSITIVE_INFINITY) || warmUp < 0) {
      throw new IllegalArgumentException(
          "the smallest learning rate and the updates of the warm-up must not be negative: %s, %d"
              .formatted(minimum, warmUp));
    }
  }

  /**
   * The rate of the next epoch, but for the warm-up.
   *
   * @param initial the rate that the run begins with
   * @param epochs every finished epoch
   * @param criterion what says which epoch is better
   */
  public double ofEpoch(double initial, List<EpochResult> epochs, Criterion criterion) {
    double lowered = initial * StrictMath.pow(factor, decay.times(epochs, criterion));
    return Math.max(Math.max(minimum, Double.MIN_VALUE), lowered); // Adam has no rate of 0.
  }

  /**
   * The rate of an update.
   *
   * @param ofEpoch the rate of its epoch
   * @param update number of the update in the run, from 0
   */
  public double ofUpdate(double ofEpoch, long update) {
    return update < warmUp ? ofEpoch * (update + 1) / warmUp : ofEpoch;
  }
}
