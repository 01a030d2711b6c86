package dev.elbo.cli;

import dev.elbo.model.SequenceOptions;
import java.util.Set;
import picocli.CommandLine.Option;

/** What a model of sequences has besides widths; the defaults are the paper's. */
@Section(Section.Of.SEQUENCES)
final class SequenceSwitches {

  private static final String NEXT = "--next";
  private static final String WINDOW = "--window";
  private static final String LOG_DEVIATION = "--log-deviation";
  private static final String MEAN_KL_OF_STEPS = "--mean-kl-of-steps";

  @Option(
      names = NEXT,
      converter = Positive.class,
      paramLabel = "K",
      description = "of svae: how many of the next items each step predicts")
  private int next = SequenceOptions.SACHDEVA.ahead();

  @Option(
      names = WINDOW,
      paramLabel = "N",
      description =
          "of svae: cut longer histories into windows of N steps, each read from an empty state;"
              + " scoring reads the last N items; 0 for whole histories")
  private int window = SequenceOptions.SACHDEVA.window();

  @Option(
      names = LOG_DEVIATION,
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description =
          "of svae: sample with deviation exp(lv) instead of exp(lv / 2); the divergence stays")
  private boolean logDeviation = SequenceOptions.SACHDEVA.logDeviation();

  @Option(
      names = MEAN_KL_OF_STEPS,
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = "of svae: average a user's divergence over steps instead of summing")
  private boolean meanKlOfSteps = SequenceOptions.SACHDEVA.meanOverSteps();

  /** Whether an option is one of a model of sequences only. */
  static boolean has(String option) {
    return Set.of(NEXT, WINDOW, LOG_DEVIATION, MEAN_KL_OF_STEPS).contains(option);
  }

  /** Whether an option of networks is of no meaning to a model of sequences. */
  static boolean lacks(String option) {
    return Set.of("--dropout", "--l2-normalize", "--tanh", "--decoder-dropout").contains(option);
  }

  SequenceOptions options() {
    return new SequenceOptions(next, window, logDeviation, meanKlOfSteps);
  }
}
