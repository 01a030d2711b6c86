package dev.elbo.cli;

import dev.elbo.baseline.Ease;
import dev.elbo.baseline.FittedBaseline;
import dev.elbo.baseline.ItemKnn;
import dev.elbo.baseline.Popularity;
import dev.elbo.data.CsrMatrix;
import dev.elbo.linalg.Workers;
import dev.elbo.model.Baseline;
import java.util.Set;
import picocli.CommandLine.Option;

/**
 * The numbers of the baselines; the defaults were chosen on the validation users of MovieLens-1M.
 */
@Section(Section.Of.BASELINES)
final class BaselineSwitches {

  private static final String L2 = "--l2";
  private static final String NEIGHBOURS = "--neighbours";
  private static final String SHRINK = "--shrink";

  private static final double DEFAULT_L2 = 700;
  private static final int DEFAULT_NEIGHBOURS = 20;
  private static final double DEFAULT_SHRINK = 0;

  @Option(
      names = L2,
      paramLabel = "LAMBDA",
      description = "of ease: lambda of lambda * ||B||^2 (default: " + DEFAULT_L2 + ")")
  private Double l2;

  @Option(
      names = NEIGHBOURS,
      converter = Positive.class,
      paramLabel = "K",
      description =
          "of item-knn: how many neighbours an item has (default: " + DEFAULT_NEIGHBOURS + ")")
  private Integer neighbours;

  @Option(
      names = SHRINK,
      paramLabel = "X",
      description =
          "of item-knn: what is added to the cosine's denominator (default: "
              + DEFAULT_SHRINK
              + ")")
  private Double shrink;

  /** The options of a baseline, by name. */
  static Set<String> of(Baseline baseline) {
    return switch (baseline) {
      case POPULARITY -> Set.of();
      case EASE -> Set.of(L2);
      case ITEM_KNN -> Set.of(NEIGHBOURS, SHRINK);
    };
  }

  /** Whether an option is one of a baseline. */
  static boolean has(String option) {
    return Set.of(L2, NEIGHBOURS, SHRINK).contains(option);
  }

  /** Sets what was not given. */
  void complete() {
    l2 = l2 == null ? DEFAULT_L2 : l2;
    neighbours = neighbours == null ? DEFAULT_NEIGHBOURS : neighbours;
    shrink = shrink == null ? DEFAULT_SHRINK : shrink;
  }

  /**
   * Fits a baseline.
   *
   * @throws IllegalArgumentException if an option is out of range
   */
  FittedBaseline fit(Baseline baseline, CsrMatrix training, Workers workers) {
    return switch (baseline) {
      case POPULARITY -> new Popularity(training);
      case EASE -> Ease.fit(training, l2, workers);
      case ITEM_KNN -> ItemKnn.fit(training, neighbours, shrink, workers);
    };
  }
}
