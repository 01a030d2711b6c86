package dev.elbo.cli;

import dev.elbo.engine.Scoring;
import dev.elbo.eval.Measure;
import dev.elbo.eval.PlainRecall;
import dev.elbo.eval.Recall;
import dev.elbo.train.Criterion;
import dev.elbo.train.Criterion.OfMetric;
import dev.elbo.train.SavedModel;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/**
 * What ports of the authors' code do otherwise in scoring. What is not given is as the authors do
 * it, or as the model that is read was trained.
 */
@Section(Section.Of.DIALECT)
final class ScoringSwitches {

  private static final String SAMPLE_SCORES = "--sample-scores";
  private static final String ZERO_SEEN = "--zero-seen";
  private static final String SKIP_LAST = "--skip-last";
  private static final String PLAIN_RECALL = "--plain-recall";

  @Option(
      names = SAMPLE_SCORES,
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = "score from a sample of the latent layer instead of its mean")
  private Boolean sampleScores;

  @Option(
      names = ZERO_SEEN,
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = "rank the items in the history, with the score 0, instead of leaving them out")
  private Boolean zeroSeen;

  @Option(
      names = SKIP_LAST,
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description =
          "in evaluation, take the last item of a history for none of it: it is not read, and it is"
              + " ranked; recommend reads it")
  private Boolean skipLast;

  @Option(
      names = PLAIN_RECALL,
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = "measure recall-plain@k where recall@k is asked for")
  private Boolean plainRecall;

  /** Whether an option is one of these: all are about rankings. */
  static boolean has(String option) {
    return Set.of(SAMPLE_SCORES, ZERO_SEEN, SKIP_LAST, PLAIN_RECALL).contains(option);
  }

  /** Takes what was not given from a model. */
  void completeFrom(SavedModel saved) {
    Scoring scoring = saved.description().scoring();
    sampleScores = sampleScores == null ? Boolean.valueOf(scoring.sample()) : sampleScores;
    zeroSeen = zeroSeen == null ? Boolean.valueOf(scoring.zeroSeen()) : zeroSeen;
    skipLast = skipLast == null ? scoring.skipLast() : skipLast;
    String trained = saved.description().options().get(PLAIN_RECALL);
    plainRecall = plainRecall == null ? Boolean.valueOf(trained) : plainRecall;
  }

  Scoring scoring() {
    return new Scoring(isOn(sampleScores), isOn(zeroSeen), isOn(skipLast));
  }

  List<Measure> of(List<? extends Measure> metrics) {
    return metrics.stream().map(this::of).toList();
  }

  Criterion of(Criterion select) {
    return select instanceof OfMetric(var metric) ? new OfMetric(of(metric)) : select;
  }

  private Measure of(Measure metric) {
    return isOn(plainRecall) && metric instanceof Recall(int k) ? new PlainRecall(k) : metric;
  }

  private static boolean isOn(Boolean given) {
    return Boolean.TRUE.equals(given);
  }
}
