package dev.elbo.cli;

import dev.elbo.model.Architecture;
import dev.elbo.model.Initialization;
import dev.elbo.model.KlAnnealing;
import dev.elbo.model.Layout;
import dev.elbo.train.TrainingOptions.Order;
import java.util.Set;
import picocli.CommandLine.Option;

/** What ports of the authors' code do otherwise in training; the defaults are the authors'. */
@Section(Section.Of.DIALECT)
final class Switches {

  private static final String ACTIVATION = "--activation";
  private static final String OUTPUT_ACTIVATION = "--output-activation";

  /** Options of training that only Mult-VAE and Mult-DAE have. */
  private static final Set<String> OF_MULT_ONLY =
      Set.of(
          "--hidden",
          "--dialect",
          "--sample-scores",
          "--l2-normalize",
          "--tanh",
          "--decoder-dropout");

  @Option(
      names = "--l2-normalize",
      paramLabel = "WHERE",
      description = "scale the input to unit length: ${COMPLETION-CANDIDATES}")
  private Layout.L2Normalization l2Normalize = Layout.LIANG.l2Normalize();

  @Option(
      names = "--tanh",
      paramLabel = "WHERE",
      description =
          "tanh after hidden layers, or after every module, dropouts included:"
              + " ${COMPLETION-CANDIDATES}")
  private Layout.Tanhs tanh = Layout.LIANG.tanh();

  @Option(
      names = "--decoder-dropout",
      paramLabel = "RATE",
      description = "share of the decoder's hidden units that training drops")
  private double decoderDropout = Layout.LIANG.decoderDropout();

  @Option(
      names = ACTIVATION,
      paramLabel = "WHAT",
      description =
          "after hidden layers: ${COMPLETION-CANDIDATES} (default: tanh; sigmoid for autorec)")
  private Layout.Activation activation;

  @Option(
      names = OUTPUT_ACTIVATION,
      paramLabel = "WHAT",
      description =
          "of autorec, after the last layer: identity, sigmoid (default: identity; sigmoid for"
              + " implicit-autorec)")
  private Layout.Activation outputActivation;

  @Option(
      names = "--noise-scale",
      paramLabel = "X",
      description = "standard deviation of the latent layer's epsilon")
  private double noiseScale = 1;

  @Option(
      names = "--mean-kl",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description =
          "average the divergence over latent units instead of summing: beta is divided by"
              + " --latent, and shown so; kl is always the sum")
  private boolean meanKl = false;

  @Option(
      names = "--anneal-counter",
      paramLabel = "HOW",
      description = "how updates are counted for beta: ${COMPLETION-CANDIDATES}")
  private KlAnnealing.Counter annealCounter = KlAnnealing.Counter.FROM_ZERO;

  @Option(
      names = "--init-weights",
      paramLabel = "HOW",
      description =
          "initial weights: ${COMPLETION-CANDIDATES} (default: xavier-uniform; pytorch for recvae)")
  private Initialization.Weights initWeights;

  @Option(
      names = "--init-biases",
      paramLabel = "HOW",
      description =
          "initial biases: ${COMPLETION-CANDIDATES} (default: truncated-normal; pytorch for"
              + " recvae)")
  private Initialization.Biases initBiases;

  @Option(
      names = "--shuffle",
      paramLabel = "WHEN",
      description = "when users are put in random order: ${COMPLETION-CANDIDATES}")
  private Order shuffle = Order.EACH_EPOCH;

  @Option(
      names = "--drop-last-batch",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = "leave out of each epoch the users who do not fill a batch")
  private boolean dropLastBatch = false;

  /** Whether a network has an option. */
  static boolean apply(Architecture architecture, String option) {
    if ((architecture.predictsRatings() && ScoringSwitches.has(option))
        || !LatentSwitches.apply(architecture, option)) {
      return false;
    }
    return switch (architecture) {
      case RECVAE ->
          !SequenceSwitches.has(option)
              && !Set.of(
                      ACTIVATION,
                      OUTPUT_ACTIVATION,
                      "--l2-normalize",
                      "--tanh",
                      "--decoder-dropout")
                  .contains(option);
      case MULT_VAE, MULT_DAE -> !SequenceSwitches.has(option) && !option.equals(OUTPUT_ACTIVATION);
      case SVAE ->
          !SequenceSwitches.lacks(option)
              && !Set.of(ACTIVATION, OUTPUT_ACTIVATION).contains(option);
      case U_AUTOREC, I_AUTOREC, IMPLICIT_AUTOREC ->
          !SequenceSwitches.has(option) && !OF_MULT_ONLY.contains(option);
      case MFAE ->
          !SequenceSwitches.has(option)
              && !OF_MULT_ONLY.contains(option)
              && !Set.of(ACTIVATION, OUTPUT_ACTIVATION).contains(option);
    };
  }

  /** Sets what was not given. */
  void complete(Architecture architecture) {
    Layout byDefault = architecture.defaultLayout();
    activation = activation == null ? byDefault.activation() : activation;
    outputActivation = outputActivation == null ? byDefault.output() : outputActivation;
    Initialization initialization = architecture.defaultInitialization();
    initWeights = initWeights == null ? initialization.weights() : initWeights;
    initBiases = initBiases == null ? initialization.biases() : initBiases;
  }

  Layout layout() {
    return new Layout(l2Normalize, tanh, decoderDropout, activation, outputActivation);
  }

  Initialization initialization() {
    return new Initialization(initWeights, initBiases);
  }

  KlAnnealing of(KlAnnealing annealing, int latent) {
    return annealing.with(annealCounter, meanKl ? latent : 1);
  }

  double noiseScale() {
    return noiseScale;
  }

  Order shuffle() {
    return shuffle;
  }

  boolean dropLastBatch() {
    return dropLastBatch;
  }
}
