package dev.elbo.cli.run;

import static java.util.Objects.requireNonNullElse;

import dev.elbo.cli.options.AppliesTo;
import dev.elbo.cli.options.Family;
import dev.elbo.cli.options.Positive;
import dev.elbo.cli.terminal.Section;
import dev.elbo.io.OptionName;
import dev.elbo.train.Sampling;
import dev.elbo.train.Sampling.LogUniform;
import dev.elbo.train.Sampling.Popularity;
import dev.elbo.train.Sampling.Proposal;
import dev.elbo.train.Sampling.Uniform;
import picocli.CommandLine.Option;

/** Which outputs an update computes, as far as it is given. */
@Section(Section.Of.TRAINING)
@AppliesTo(Family.SOFTMAX)
final class SamplingArguments {

  @Option(
      names = "--sampled-items",
      converter = Positive.class,
      paramLabel = "M",
      description =
          "of mult-vae, mult-dae and recvae: compute the outputs of the users' own items and of M"
              + " that are drawn for each update, for catalogues that are too large to compute all"
              + " (default: all items)")
  private Integer sampledItems;

  @Option(
      names = "--sampling",
      paramLabel = "PROPOSAL",
      description =
          "with --sampled-items: how likely an item is to be drawn: ${COMPLETION-CANDIDATES}"
              + " (default: popularity)")
  private Kind kind;

  @Option(
      names = "--sampling-power",
      paramLabel = "X",
      description =
          "of --sampling popularity: the power of an item's number of users (default: "
              + Popularity.DEFAULT_POWER
              + ")")
  private Double power;

  @Option(
      names = "--lazy-adam",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description =
          "with --sampled-items and no weight decay: leave the rows of items that an update does"
              + " not touch until they are needed; the same but for rounding, in a time that does"
              + " not depend on the number of items")
  private Boolean lazyAdam;

  /** Whether Adam is lazy; {@code null} if that is not given. */
  Boolean lazyAdam() {
    return lazyAdam;
  }

  /** What items are drawn from. */
  enum Kind {
    UNIFORM,
    POPULARITY,
    LOG_UNIFORM;

    /** The name on the command line: {@code log-uniform}. */
    @Override
    public String toString() {
      return OptionName.of(this);
    }

    static Kind of(Proposal proposal) {
      return switch (proposal) {
        case Uniform() -> UNIFORM;
        case Popularity(_) -> POPULARITY;
        case LogUniform() -> LOG_UNIFORM;
      };
    }
  }

  /**
   * The sampling with what is given in place of what it has.
   *
   * @param base null for all items
   * @return null for all items
   * @throws IllegalArgumentException if something is out of range
   */
  Sampling over(Sampling base) {
    if (sampledItems == null && base == null) {
      return null;
    }
    return new Sampling(
        sampledItems == null ? base.sampledItems() : sampledItems,
        over(base == null ? Popularity.USUAL : base.proposal()));
  }

  private Proposal over(Proposal base) {
    return switch (requireNonNullElse(kind, Kind.of(base))) {
      case UNIFORM -> new Uniform();
      case POPULARITY -> {
        Popularity usual = base instanceof Popularity popularity ? popularity : Popularity.USUAL;
        yield power == null ? usual : new Popularity(power);
      }
      case LOG_UNIFORM -> new LogUniform();
    };
  }
}
