package dev.elbo.cli;

import dev.elbo.model.OptionName;
import dev.elbo.train.LearningRateSchedule;
import dev.elbo.train.LearningRateSchedule.Constant;
import dev.elbo.train.LearningRateSchedule.Decay;
import dev.elbo.train.LearningRateSchedule.Plateau;
import dev.elbo.train.LearningRateSchedule.Step;
import picocli.CommandLine.Option;

/** How the learning rate changes over a run. */
@Section(Section.Of.SCHEDULE)
final class ScheduleOptions {

  /** When the learning rate is lowered. */
  enum Policy {
    CONSTANT,
    STEP,
    PLATEAU;

    /** The name on the command line: {@code plateau}. */
    @Override
    public String toString() {
      return OptionName.of(this);
    }
  }

  private static final double DEFAULT_FACTOR = 0.1;
  private static final double DEFAULT_MINIMUM = 0;
  private static final int DEFAULT_PATIENCE = 10;

  @Option(
      names = "--schedule",
      paramLabel = "HOW",
      description =
          "the learning rate: constant; step: lowered after every --schedule-every epochs; plateau:"
              + " lowered after --schedule-patience epochs without a better one")
  private Policy policy = Policy.CONSTANT;

  @Option(
      names = "--schedule-factor",
      paramLabel = "X",
      description =
          "of step and plateau: what the learning rate is multiplied by (default: "
              + DEFAULT_FACTOR
              + ")")
  private Double factor;

  @Option(
      names = "--schedule-minimum",
      paramLabel = "X",
      description =
          "of step and plateau: the smallest learning rate (default: " + DEFAULT_MINIMUM + ")")
  private Double minimum;

  @Option(
      names = "--schedule-every",
      converter = Positive.class,
      paramLabel = "N",
      description = "of step: epochs")
  private Integer every;

  @Option(
      names = "--schedule-patience",
      converter = Positive.class,
      paramLabel = "N",
      description = "of plateau: epochs (default: " + DEFAULT_PATIENCE + ")")
  private Integer patience;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description = "updates in which the learning rate rises linearly to its value")
  private long warmUp = 0;

  /** Sets what applies and was not given. */
  void complete() {
    if (policy != Policy.CONSTANT) {
      factor = factor == null ? DEFAULT_FACTOR : factor;
      minimum = minimum == null ? DEFAULT_MINIMUM : minimum;
    }
    if (policy == Policy.PLATEAU) {
      patience = patience == null ? DEFAULT_PATIENCE : patience;
    }
  }

  /**
   * The schedule, once it is complete.
   *
   * @throws IllegalArgumentException if an option is out of range, missing, or does not apply
   */
  LearningRateSchedule schedule() {
    Decay decay =
        switch (policy) {
          case CONSTANT -> {
            refuse("--schedule-factor", factor);
            refuse("--schedule-minimum", minimum);
            refuse("--schedule-every", every);
            refuse("--schedule-patience", patience);
            yield new Constant();
          }
          case STEP -> {
            refuse("--schedule-patience", patience);
            if (every == null) {
              throw new IllegalArgumentException("--schedule step needs --schedule-every EPOCHS");
            }
            yield new Step(every);
          }
          case PLATEAU -> {
            refuse("--schedule-every", every);
            yield new Plateau(patience);
          }
        };
    return new LearningRateSchedule(
        decay,
        factor == null ? DEFAULT_FACTOR : factor,
        minimum == null ? DEFAULT_MINIMUM : minimum,
        warmUp);
  }

  private void refuse(String option, Number value) {
    if (value != null) {
      throw new IllegalArgumentException(
          "%s does not apply to --schedule %s: leave it out".formatted(option, policy));
    }
  }
}
