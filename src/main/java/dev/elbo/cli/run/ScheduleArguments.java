package dev.elbo.cli.run;

import static java.util.Objects.requireNonNullElse;

import dev.elbo.cli.options.AppliesTo;
import dev.elbo.cli.options.Family;
import dev.elbo.cli.options.Positive;
import dev.elbo.cli.terminal.Section;
import dev.elbo.io.OptionName;
import dev.elbo.train.LearningRateSchedule;
import dev.elbo.train.LearningRateSchedule.Constant;
import dev.elbo.train.LearningRateSchedule.Decay;
import dev.elbo.train.LearningRateSchedule.Plateau;
import dev.elbo.train.LearningRateSchedule.Step;
import picocli.CommandLine.Option;

/** How the learning rate changes over a run, as far as it is given. */
@Section(Section.Of.SCHEDULE)
@AppliesTo(Family.NETWORK)
final class ScheduleArguments {

  private static final int DEFAULT_PATIENCE = 10;

  @Option(
      names = "--schedule",
      paramLabel = "HOW",
      description =
          "the learning rate: constant; step: lowered after every --schedule-every epochs; plateau:"
              + " lowered after --schedule-patience epochs without a better one (default:"
              + " constant)")
  private Policy policy;

  @Option(
      names = "--schedule-factor",
      paramLabel = "X",
      description = "of step and plateau: what the learning rate is multiplied by (default: 0.1)")
  private Double factor;

  @Option(
      names = "--schedule-minimum",
      paramLabel = "X",
      description = "of step and plateau: the smallest learning rate (default: 0)")
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
      description = "updates in which the learning rate rises linearly to its value (default: 0)")
  private Long warmUp;

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

    static Policy of(Decay decay) {
      return switch (decay) {
        case Constant() -> CONSTANT;
        case Step(_) -> STEP;
        case Plateau(_) -> PLATEAU;
      };
    }
  }

  /**
   * The schedule with what is given in place of what it has.
   *
   * @throws IllegalArgumentException if an option is out of range or missing
   */
  LearningRateSchedule over(LearningRateSchedule base) {
    return new LearningRateSchedule(
        over(base.decay()),
        requireNonNullElse(factor, base.factor()),
        requireNonNullElse(minimum, base.minimum()),
        requireNonNullElse(warmUp, base.warmUp()));
  }

  private Decay over(Decay base) {
    return switch (requireNonNullElse(policy, Policy.of(base))) {
      case CONSTANT -> new Constant();
      case STEP -> {
        if (every == null && !(base instanceof Step)) {
          throw new IllegalArgumentException("--schedule step needs --schedule-every EPOCHS");
        }
        yield every == null ? base : new Step(every);
      }
      case PLATEAU -> {
        Decay usual = base instanceof Plateau ? base : new Plateau(DEFAULT_PATIENCE);
        yield patience == null ? usual : new Plateau(patience);
      }
    };
  }
}
