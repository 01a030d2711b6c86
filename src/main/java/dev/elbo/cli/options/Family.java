package dev.elbo.cli.options;

import dev.elbo.model.Architecture;
import dev.elbo.model.Baseline;
import dev.elbo.model.ModelName;
import java.lang.reflect.Field;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** The models that an option of a run is for. */
public enum Family {
  /** Every model. */
  MODEL,
  /** Models that are trained and not fitted. */
  NETWORK,
  /** Models computed in epochs from values that are drawn: networks and iALS. */
  DRAWN,
  /** Models that rank items; the others predict ratings. */
  RANKER,
  /** Networks that rank items. */
  RANKING_NETWORK,
  /** Networks with hidden layers besides the latent one. */
  DEEP,
  /** Models whose input is dropped out. */
  DROPPED_OUT,
  /** Networks with a choice of activations. */
  ACTIVATED,
  /** Mult-VAE and Mult-DAE. */
  MULT,
  /** AutoRec, of ratings or not. */
  AUTOREC,
  /** Networks that dialects are of. */
  WITH_DIALECTS,
  /** Networks with a stochastic latent layer, and so with a KL term. */
  VARIATIONAL,
  /** Networks whose prior may be a mixture, and encoder and decoder be trained in turn. */
  WITH_MIXTURE,
  /** RecVAE. */
  RECVAE,
  /** Networks whose loss has a softmax over all items for each user. */
  SOFTMAX,
  /** Models of sequences. */
  SEQUENTIAL,
  /** Linear autoencoders. */
  LINEAR,
  /** Linear autoencoders with a limit on an item's own weight. */
  RDLAE,
  /** Item-kNN. */
  ITEM_KNN,
  /** Baselines in which an item has neighbours. */
  WITH_NEIGHBOURS,
  /** Implicit alternating least squares. */
  IALS,
  /** Baselines with an L2 penalty: linear autoencoders and iALS. */
  WITH_L2;

  /** The models that an option is for; without an annotation, all of them. */
  public static Family of(OptionSpec option) {
    if (!(option.userObject() instanceof Field field)) {
      return MODEL;
    }
    return Optional.ofNullable(field.getAnnotation(AppliesTo.class))
        .or(() -> Optional.ofNullable(field.getDeclaringClass().getAnnotation(AppliesTo.class)))
        .map(AppliesTo::value)
        .orElse(MODEL);
  }

  /**
   * Refuses options that a model does not have.
   *
   * @param command whose options they are
   * @throws ParameterException naming the first
   */
  public static void require(CommandSpec command, Iterable<String> options, ModelName model) {
    for (String option : options) {
      if (!of(command.findOption(option)).has(model)) {
        throw new ParameterException(
            command.commandLine(),
            "%s does not apply to %s: leave it out".formatted(option, model));
      }
    }
  }

  /** Whether a model is one of these. */
  public boolean has(ModelName model) {
    return switch (model) {
      case Architecture network -> has(network);
      case Baseline baseline ->
          switch (this) {
            case MODEL, RANKER -> true;
            case LINEAR ->
                switch (baseline) {
                  case EASE, EDLAE, DLAE, RDLAE, SPARSE_RDLAE -> true;
                  case POPULARITY, ITEM_KNN, IALS -> false;
                };
            case DROPPED_OUT -> LINEAR.has(baseline) && baseline != Baseline.EASE;
            case RDLAE -> baseline == Baseline.RDLAE || baseline == Baseline.SPARSE_RDLAE;
            case ITEM_KNN -> baseline == Baseline.ITEM_KNN;
            case WITH_NEIGHBOURS -> ITEM_KNN.has(baseline) || baseline == Baseline.SPARSE_RDLAE;
            case IALS, DRAWN -> baseline == Baseline.IALS;
            case WITH_L2 -> LINEAR.has(baseline) || IALS.has(baseline);
            case NETWORK,
                RANKING_NETWORK,
                DEEP,
                ACTIVATED,
                MULT,
                AUTOREC,
                WITH_DIALECTS,
                VARIATIONAL,
                WITH_MIXTURE,
                RECVAE,
                SOFTMAX,
                SEQUENTIAL ->
                false;
          };
    };
  }

  private boolean has(Architecture network) {
    return switch (this) {
      case MODEL, NETWORK, DRAWN -> true;
      case RANKER, RANKING_NETWORK -> !network.predictsRatings();
      case DEEP -> network.hasHiddenLayers();
      case DROPPED_OUT -> !network.isSequential();
      case ACTIVATED -> network.defaultLayout() != null;
      case MULT -> ACTIVATED.has(network) && DEEP.has(network);
      case AUTOREC -> ACTIVATED.has(network) && !DEEP.has(network);
      case WITH_DIALECTS -> DEEP.has(network);
      case VARIATIONAL -> network.isVariational();
      case WITH_MIXTURE -> network.hasMixture();
      case RECVAE -> network == Architecture.RECVAE;
      case SOFTMAX -> !network.hasSquaredError() && !network.isSequential();
      case SEQUENTIAL -> network.isSequential();
      case LINEAR, RDLAE, ITEM_KNN, WITH_NEIGHBOURS, IALS, WITH_L2 -> false;
    };
  }
}
