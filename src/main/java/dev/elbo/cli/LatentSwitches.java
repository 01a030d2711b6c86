package dev.elbo.cli;

import dev.elbo.engine.EngineState;
import dev.elbo.model.Architecture;
import dev.elbo.model.Initialization;
import dev.elbo.model.KlAnnealing;
import dev.elbo.model.Model;
import dev.elbo.model.Objective.Composite;
import dev.elbo.model.OptionName;
import dev.elbo.model.Parameters;
import dev.elbo.train.Recipe;
import java.util.Set;
import picocli.CommandLine.Option;

/** What the latent layer is held against, and how encoder and decoder are trained: RecVAE's own. */
@Section(Section.Of.LATENT)
final class LatentSwitches {

  private static final String GAMMA = "--gamma";
  private static final String PRIOR = "--prior";
  private static final String FIRST_PRIOR = "--first-prior";
  private static final String NORM_EPSILON = "--norm-epsilon";
  private static final String ALTERNATE = "--alternate";
  private static final String ENCODER_EPOCHS = "--encoder-epochs";
  private static final String DECODER_EPOCHS = "--decoder-epochs";

  /** The weight of RecVAE's divergence for each of a user's items. */
  private static final double GAMMA_OF_RECVAE = 0.005;

  /** A distribution over the latent units. */
  enum Prior {
    STANDARD,
    COMPOSITE;

    @Override
    public String toString() {
      return OptionName.of(this);
    }
  }

  /** The encoder that a mixture remembers before the first copy. */
  enum FirstPrior {
    /** One of its own initial values, as in the authors' code. */
    DRAWN,
    /** The encoder as it starts. */
    COPY;

    @Override
    public String toString() {
      return OptionName.of(this);
    }
  }

  @Option(
      names = GAMMA,
      paramLabel = "X",
      description =
          "of mult-vae and recvae: weight of the KL term for each of a user's items, instead of"
              + " --beta-cap (default: 0.005 for recvae, unless --beta-cap is given)")
  private Double gamma;

  @Option(
      names = PRIOR,
      paramLabel = "WHICH",
      description =
          "of mult-vae and recvae: the standard normal, or RecVAE's mixture, which remembers an"
              + " earlier encoder: ${COMPLETION-CANDIDATES} (default: composite for recvae)")
  private Prior prior;

  @Option(
      names = FIRST_PRIOR,
      paramLabel = "WHICH",
      description =
          "the encoder that the mixture remembers at first: drawn like another one, or a copy:"
              + " ${COMPLETION-CANDIDATES}")
  private FirstPrior firstPrior = FirstPrior.DRAWN;

  @Option(
      names = NORM_EPSILON,
      paramLabel = "X",
      description = "of recvae: what layer normalisation adds to the variance (default: 0.1)")
  private Double normEpsilon;

  @Option(
      names = ALTERNATE,
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description =
          "train encoder and decoder in turn, a round being --encoder-epochs and --decoder-epochs;"
              + " the best round is kept (default: true for recvae)")
  private Boolean alternate;

  @Option(
      names = ENCODER_EPOCHS,
      converter = Positive.class,
      paramLabel = "N",
      description = "epochs of a round that train the encoder")
  private int encoderEpochs = Recipe.Alternating.SHENBIN.encoderEpochs();

  @Option(
      names = DECODER_EPOCHS,
      converter = Positive.class,
      paramLabel = "N",
      description = "epochs of a round that train the decoder, without dropout")
  private int decoderEpochs = Recipe.Alternating.SHENBIN.decoderEpochs();

  /** Whether a network has an option, if it is one of these. */
  static boolean apply(Architecture architecture, String option) {
    return switch (option) {
      case GAMMA, PRIOR, FIRST_PRIOR, ALTERNATE, ENCODER_EPOCHS, DECODER_EPOCHS ->
          architecture.hasMixture();
      case NORM_EPSILON -> architecture == Architecture.RECVAE;
      default -> true;
    };
  }

  /** All of these options. */
  static Set<String> all() {
    return Set.of(
        GAMMA, PRIOR, FIRST_PRIOR, NORM_EPSILON, ALTERNATE, ENCODER_EPOCHS, DECODER_EPOCHS);
  }

  /**
   * Sets what was not given.
   *
   * @param betaIsGiven whether one weight of the divergence was given for all users
   */
  void complete(Architecture architecture, boolean betaIsGiven) {
    boolean recVae = architecture == Architecture.RECVAE;
    if (recVae && gamma == null && !betaIsGiven) {
      gamma = GAMMA_OF_RECVAE;
    }
    if (recVae && normEpsilon == null) {
      normEpsilon = 0.1;
    }
    prior = prior == null ? (recVae ? Prior.COMPOSITE : Prior.STANDARD) : prior;
    alternate = alternate == null ? Boolean.valueOf(recVae) : alternate;
  }

  /** The mixture; null for the standard normal. */
  Composite mixture() {
    return prior == Prior.COMPOSITE ? Composite.SHENBIN : null;
  }

  /** Null where there is no layer normalisation. */
  Double normEpsilon() {
    return normEpsilon;
  }

  /**
   * The weight of the divergence.
   *
   * @param ofBeta that of one weight for all users
   */
  KlAnnealing of(KlAnnealing ofBeta) {
    return gamma == null ? ofBeta : new KlAnnealing(gamma, 0).ofItems();
  }

  Recipe recipe() {
    return alternate ? new Recipe.Alternating(encoderEpochs, decoderEpochs) : new Recipe.Joint();
  }

  /** The state before the first update. */
  EngineState initial(Model model, long seed, Initialization initialization) {
    EngineState initial = EngineState.initial(Parameters.initial(model, seed, initialization));
    return switch (firstPrior) {
      case COPY -> initial;
      case DRAWN -> {
        int unused = model.parameters().size(); // a stream that no parameter has
        yield initial.withFrozen(
            Parameters.initial(EngineState.frozenOf(model), unused, seed, initialization));
      }
    };
  }
}
