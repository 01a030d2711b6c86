package dev.elbo.cli.run;

import static java.util.Objects.requireNonNullElse;

import dev.elbo.cli.options.AppliesTo;
import dev.elbo.cli.options.Family;
import dev.elbo.cli.options.Positive;
import dev.elbo.cli.terminal.Section;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Scoring;
import dev.elbo.eval.Measure;
import dev.elbo.io.OptionName;
import dev.elbo.model.KlAnnealing;
import dev.elbo.train.Criterion;
import dev.elbo.train.LearningRateSchedule;
import dev.elbo.train.Recipe;
import dev.elbo.train.TrainingOptions;
import java.util.List;
import picocli.CommandLine.Option;

/** How a network is trained, as far as it is given. */
@Section(Section.Of.TRAINING)
@AppliesTo(Family.NETWORK)
final class TrainingArguments {

  @AppliesTo(Family.DRAWN)
  @Option(
      names = "--epochs",
      converter = Positive.class,
      paramLabel = "N",
      description =
          "passes over the training users; of ials, over users and items (default: 200; of ials"
              + " 8)")
  private Integer epochs;

  @Option(
      names = "--batch-size",
      converter = Positive.class,
      paramLabel = "N",
      description = "users in an update (default: 500)")
  private Integer batchSize;

  @AppliesTo(Family.VARIATIONAL)
  @Option(
      names = "--beta-cap",
      paramLabel = "X",
      description = "largest weight of the KL term (default: 0.2)")
  private Double betaCap;

  @AppliesTo(Family.VARIATIONAL)
  @Option(
      names = "--anneal-updates",
      paramLabel = "N",
      description =
          "updates in which the KL weight would rise to 1, 0 for the cap at once (default: so that"
              + " the cap is reached after 80%% of the planned updates)")
  private Long annealUpdates;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      description = "Adam's step size (default: 0.001; of recvae 0.0005)")
  private Double learningRate;

  @Option(
      names = "--adam",
      paramLabel = "FORM",
      description =
          "where Adam adds its epsilon: ${COMPLETION-CANDIDATES} (default: tensorflow; of recvae"
              + " pytorch)")
  private AdamOptions.Form adam;

  @Section(Section.Of.DIALECT)
  @Option(
      names = "--adam-epsilon",
      paramLabel = "X",
      description =
          "what Adam adds to the root of the second moment; Keras adds 1e-7 (default: 1e-8)")
  private Double adamEpsilon;

  @AppliesTo(Family.DRAWN)
  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "seed of initial values, order of users, and noise (default: 98765)")
  private Long seed;

  @Section(Section.Of.SELECTION)
  @Option(
      names = "--select",
      converter = Metrics.CriterionConverter.class,
      paramLabel = "NAME@K|loss",
      description =
          "what chooses the epoch to keep, on the validation users: a metric, or loss, which is"
              + " that of their fold-in items without noise, with beta at its cap (default:"
              + " ndcg@100; rmse where ratings are predicted)")
  private Criterion select;

  @Section(Section.Of.SELECTION)
  @Option(
      names = "--patience",
      converter = Positive.class,
      paramLabel = "N",
      description = "stop after this many epochs without a better one (default: never)")
  private Integer patience;

  @Section(Section.Of.DIALECT)
  @AppliesTo(Family.VARIATIONAL)
  @Option(
      names = "--noise-scale",
      paramLabel = "X",
      description = "standard deviation of the latent layer's epsilon (default: 1)")
  private Double noiseScale;

  @Section(Section.Of.DIALECT)
  @AppliesTo(Family.VARIATIONAL)
  @Option(
      names = "--mean-kl",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description =
          "average the divergence over latent units instead of summing: beta is divided by"
              + " --latent, and shown so; kl is always the sum")
  private Boolean meanKl;

  @Section(Section.Of.DIALECT)
  @AppliesTo(Family.VARIATIONAL)
  @Option(
      names = "--anneal-counter",
      paramLabel = "COUNTER",
      description =
          "how updates are counted for beta: ${COMPLETION-CANDIDATES} (default: from-zero)")
  private KlAnnealing.Counter annealCounter;

  @Section(Section.Of.DIALECT)
  @Option(
      names = "--shuffle",
      paramLabel = "WHEN",
      description =
          "when users are put in random order: ${COMPLETION-CANDIDATES} (default: each-epoch)")
  private TrainingOptions.Order shuffle;

  @Section(Section.Of.DIALECT)
  @Option(
      names = "--drop-last-batch",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = "leave out of each epoch the users who do not fill a batch")
  private Boolean dropLastBatch;

  @Section(Section.Of.LATENT)
  @AppliesTo(Family.WITH_MIXTURE)
  @Option(
      names = "--gamma",
      paramLabel = "X",
      description =
          "of mult-vae and recvae: weight of the KL term for each of a user's items, from the first"
              + " update on, instead of --beta-cap (default of recvae: 0.005)")
  private Double gamma;

  @Section(Section.Of.LATENT)
  @AppliesTo(Family.WITH_MIXTURE)
  @Option(
      names = "--recipe",
      paramLabel = "RECIPE",
      description =
          "train encoder and decoder together, or in turn, a round being --encoder-epochs and"
              + " --decoder-epochs; the best round is kept: ${COMPLETION-CANDIDATES} (default:"
              + " joint; of recvae alternating)")
  private RecipeKind recipe;

  @Section(Section.Of.LATENT)
  @AppliesTo(Family.WITH_MIXTURE)
  @Option(
      names = "--encoder-epochs",
      converter = Positive.class,
      paramLabel = "N",
      description = "epochs of a round that train the encoder (default: 3)")
  private Integer encoderEpochs;

  @Section(Section.Of.LATENT)
  @AppliesTo(Family.WITH_MIXTURE)
  @Option(
      names = "--decoder-epochs",
      converter = Positive.class,
      paramLabel = "N",
      description = "epochs of a round that train the decoder, without dropout (default: 1)")
  private Integer decoderEpochs;

  /** What the epochs of a run change. */
  enum RecipeKind {
    JOINT,
    ALTERNATING;

    @Override
    public String toString() {
      return OptionName.of(this);
    }
  }

  /** Passes over the training users; {@code null} if they are not given. */
  Integer epochs() {
    return epochs;
  }

  /** The seed; {@code null} if it is not given. */
  Long seed() {
    return seed;
  }

  /**
   * The training with what is given in place of what it has.
   *
   * @param metrics what to measure
   * @throws IllegalArgumentException if something is out of range
   */
  TrainingOptions over(
      TrainingOptions base,
      LearningRateSchedule schedule,
      List<Measure> metrics,
      Scoring scoring,
      SamplingArguments sampling) {
    return new TrainingOptions(
        requireNonNullElse(epochs, base.epochs()),
        requireNonNullElse(batchSize, base.batchSize()),
        over(base.annealing()),
        over(base.adam(), sampling.lazyAdam()),
        schedule,
        requireNonNullElse(select, base.select()),
        metrics,
        requireNonNullElse(patience, base.patience()),
        requireNonNullElse(seed, base.seed()),
        requireNonNullElse(noiseScale, base.noiseScale()),
        requireNonNullElse(shuffle, base.order()),
        requireNonNullElse(dropLastBatch, base.dropLastBatch()),
        scoring,
        over(base.recipe()),
        sampling.over(base.sampling()));
  }

  private KlAnnealing over(KlAnnealing base) {
    if (gamma != null) {
      return new KlAnnealing.Gamma(gamma);
    }
    return switch (base) {
      case KlAnnealing.Gamma _ when betaCap == null -> base;
      case KlAnnealing.Gamma _ -> over(new KlAnnealing.Beta(betaCap));
      case KlAnnealing.Beta beta ->
          new KlAnnealing.Beta(
              requireNonNullElse(betaCap, beta.cap()),
              annealUpdates == null ? beta.updates() : Double.valueOf(annealUpdates),
              requireNonNullElse(annealCounter, beta.counter()),
              requireNonNullElse(meanKl, beta.mean()));
    };
  }

  private AdamOptions over(AdamOptions base, Boolean lazy) {
    return new AdamOptions(
        requireNonNullElse(learningRate, base.learningRate()),
        base.beta1(),
        base.beta2(),
        requireNonNullElse(adamEpsilon, base.epsilon()),
        requireNonNullElse(adam, base.form()),
        requireNonNullElse(lazy, base.lazy()));
  }

  private Recipe over(Recipe base) {
    RecipeKind kind =
        requireNonNullElse(
            recipe, base instanceof Recipe.Joint ? RecipeKind.JOINT : RecipeKind.ALTERNATING);
    return switch (kind) {
      case JOINT -> new Recipe.Joint();
      case ALTERNATING -> {
        var rounds = base instanceof Recipe.Alternating round ? round : Recipe.Alternating.SHENBIN;
        yield new Recipe.Alternating(
            requireNonNullElse(encoderEpochs, rounds.encoderEpochs()),
            requireNonNullElse(decoderEpochs, rounds.decoderEpochs()));
      }
    };
  }
}
