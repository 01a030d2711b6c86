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

  @AppliesTo(Family.WITH_L2)
  @Option(
      names = "--l2",
      paramLabel = "LAMBDA",
      description =
          "of ease, edlae, dlae, rdlae and sparse-rdlae: lambda of lambda * ||B||^2 (default: 400;"
              + " of ease 700); of ials: lambda of the vectors' penalty (default: 0.008)")
  private Double l2;

  @AppliesTo(Family.RDLAE)
  @Option(
      names = "--xi",
      paramLabel = "X",
      description =
          "of rdlae and sparse-rdlae: the most that an item may weigh in its own score, from 0,"
              + " edlae, to 1, dlae (default: 0.3)")
  private Double xi;

  @AppliesTo(Family.WITH_NEIGHBOURS)
  @Option(
      names = "--neighbours",
      converter = Positive.class,
      paramLabel = "K",
      description =
          "of item-knn: how many neighbours an item has (default: 20); of sparse-rdlae: how many"
              + " more popular items explain an item (default: 100)")
  private Integer neighbours;

  @AppliesTo(Family.ITEM_KNN)
  @Option(
      names = "--shrink",
      paramLabel = "X",
      description = "of item-knn: what is added to the cosine's denominator (default: 0)")
  private Double shrink;

  @AppliesTo(Family.IALS)
  @Option(
      names = "--unobserved-weight",
      paramLabel = "X",
      description =
          "of ials: what the squared score of any pair of user and item weighs, where the squared"
              + " error of an observed one weighs 1 (default: 0.2)")
  private Double unobservedWeight;

  @AppliesTo(Family.IALS)
  @Option(
      names = "--frequency-power",
      paramLabel = "NU",
      description =
          "of ials: a vector's penalty grows with this power of the weights in its row, 0 for the"
              + " same penalty for all (default: 1)")
  private Double frequencyPower;

  /**
   * The baseline with what is given in place of what it has.
   *
   * @param dropout share of the input that training drops; {@code null} if it is not given
   * @param network has the length of vectors
   * @param training has the epochs and the seed
   * @throws IllegalArgumentException if something is out of range
   */
  BaselineOptions over(
      BaselineOptions base, Double dropout, NetworkArguments network, TrainingArguments training) {
    return switch (base) {
      case BaselineOptions.Popularity popularity -> popularity;
      case BaselineOptions.Ease ease -> new BaselineOptions.Ease(requireNonNullElse(l2, ease.l2()));
      case BaselineOptions.Edlae edlae ->
          new BaselineOptions.Edlae(
              requireNonNullElse(l2, edlae.l2()), requireNonNullElse(dropout, edlae.dropout()));
      case BaselineOptions.Dlae dlae ->
          new BaselineOptions.Dlae(
              requireNonNullElse(l2, dlae.l2()), requireNonNullElse(dropout, dlae.dropout()));
      case BaselineOptions.Rdlae rdlae ->
          new BaselineOptions.Rdlae(
              requireNonNullElse(l2, rdlae.l2()),
              requireNonNullElse(dropout, rdlae.dropout()),
              requireNonNullElse(xi, rdlae.xi()));
      case BaselineOptions.SparseRdlae sparse ->
          new BaselineOptions.SparseRdlae(
              requireNonNullElse(l2, sparse.l2()),
              requireNonNullElse(dropout, sparse.dropout()),
              requireNonNullElse(xi, sparse.xi()),
              requireNonNullElse(neighbours, sparse.neighbours()));
      case BaselineOptions.ItemKnn knn ->
          new BaselineOptions.ItemKnn(
              requireNonNullElse(neighbours, knn.neighbours()),
              requireNonNullElse(shrink, knn.shrink()));
      case BaselineOptions.Ials ials ->
          new BaselineOptions.Ials(
              requireNonNullElse(network.latent(), ials.latent()),
              requireNonNullElse(unobservedWeight, ials.unobservedWeight()),
              requireNonNullElse(l2, ials.l2()),
              requireNonNullElse(frequencyPower, ials.frequencyPower()),
              requireNonNullElse(training.epochs(), ials.epochs()),
              requireNonNullElse(training.seed(), ials.seed()));
    };
  }
}
