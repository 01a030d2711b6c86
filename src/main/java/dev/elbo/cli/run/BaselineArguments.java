package dev.elbo.cli.run;

import static java.util.Objects.requireNonNullElse;

import dev.elbo.cli.options.AppliesTo;
import dev.elbo.cli.options.Family;
import dev.elbo.cli.options.Positive;
import dev.elbo.cli.terminal.Section;
import dev.elbo.model.BaselineOptions;
import picocli.CommandLine.Option;

/** The numbers of the baselines, as far as they are given. */
@Section(Section.Of.BASELINES)
final class BaselineArguments {

  @AppliesTo(Family.EASE)
  @Option(
      names = "--l2",
      paramLabel = "LAMBDA",
      description = "of ease: lambda of lambda * ||B||^2 (default: 700)")
  private Double l2;

  @AppliesTo(Family.ITEM_KNN)
  @Option(
      names = "--neighbours",
      converter = Positive.class,
      paramLabel = "K",
      description = "of item-knn: how many neighbours an item has (default: 20)")
  private Integer neighbours;

  @AppliesTo(Family.ITEM_KNN)
  @Option(
      names = "--shrink",
      paramLabel = "X",
      description = "of item-knn: what is added to the cosine's denominator (default: 0)")
  private Double shrink;

  /** The baseline with what is given in place of what it has. */
  BaselineOptions over(BaselineOptions base) {
    return switch (base) {
      case BaselineOptions.Popularity popularity -> popularity;
      case BaselineOptions.Ease ease -> new BaselineOptions.Ease(requireNonNullElse(l2, ease.l2()));
      case BaselineOptions.ItemKnn knn ->
          new BaselineOptions.ItemKnn(
              requireNonNullElse(neighbours, knn.neighbours()),
              requireNonNullElse(shrink, knn.shrink()));
    };
  }
}
