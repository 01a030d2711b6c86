package dev.elbo.cli.run;

import static java.util.Objects.requireNonNullElse;

import dev.elbo.cli.options.AppliesTo;
import dev.elbo.cli.options.Family;
import dev.elbo.cli.terminal.Section;
import dev.elbo.model.Initialization;
import picocli.CommandLine.Option;

/** How initial values are drawn, as far as it is given. */
@Section(Section.Of.DIALECT)
@AppliesTo(Family.NETWORK)
final class InitialArguments {

  @Option(
      names = "--init-weights",
      paramLabel = "WEIGHTS",
      description =
          "initial weights: ${COMPLETION-CANDIDATES} (default: xavier-uniform; of recvae pytorch)")
  private Initialization.Weights initWeights;

  @Option(
      names = "--init-biases",
      paramLabel = "BIASES",
      description =
          "initial biases: ${COMPLETION-CANDIDATES} (default: truncated-normal; of recvae pytorch)")
  private Initialization.Biases initBiases;

  @Section(Section.Of.LATENT)
  @AppliesTo(Family.WITH_MIXTURE)
  @Option(
      names = "--first-prior",
      paramLabel = "FIRST",
      description =
          "the encoder that the mixture remembers at first: drawn like another one, or a copy:"
              + " ${COMPLETION-CANDIDATES} (default: drawn)")
  private Initialization.FirstPrior firstPrior;

  /** The initial values with what is given in place of what they have. */
  Initialization over(Initialization base) {
    return new Initialization(
        requireNonNullElse(initWeights, base.weights()),
        requireNonNullElse(initBiases, base.biases()),
        requireNonNullElse(firstPrior, base.firstPrior()));
  }
}
