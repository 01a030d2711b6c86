package dev.elbo.cli.run;

import static java.util.Objects.requireNonNullElse;

import dev.elbo.cli.options.AppliesTo;
import dev.elbo.cli.options.Family;
import dev.elbo.cli.terminal.Section;
import dev.elbo.engine.Scoring;
import picocli.CommandLine.Option;

/** What ports of the authors' code do otherwise in scoring, as far as it is given. */
@Section(Section.Of.DIALECT)
@AppliesTo(Family.RANKING_NETWORK)
public final class ScoringArguments {

  @AppliesTo(Family.VARIATIONAL)
  @Option(
      names = "--sample-scores",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = "score from a sample of the latent layer instead of its mean")
  private Boolean sampleScores;

  @Option(
      names = "--zero-seen",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = "rank the items in the history, with the score 0, instead of leaving them out")
  private Boolean zeroSeen;

  @Option(
      names = "--skip-last",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description =
          "in evaluation, take the last item of a history for none of it: it is not read, and it is"
              + " ranked; recommend reads it")
  private Boolean skipLast;

  @AppliesTo(Family.RANKER)
  @Option(
      names = "--plain-recall",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = "measure recall-plain@k where recall@k is asked for")
  private Boolean plainRecall;

  /** The scoring with what is given in place of what it has. */
  public Scoring over(Scoring base) {
    return new Scoring(
        requireNonNullElse(sampleScores, base.sample()),
        requireNonNullElse(zeroSeen, base.zeroSeen()),
        requireNonNullElse(skipLast, base.skipLast()));
  }

  /** Whether recall is measured by its plain definition. */
  public boolean plainRecallOver(boolean base) {
    return requireNonNullElse(plainRecall, base);
  }
}
