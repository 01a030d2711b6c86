package dev.elbo.cli.run;

import static java.util.Objects.requireNonNullElse;

import dev.elbo.cli.options.AppliesTo;
import dev.elbo.cli.options.Family;
import dev.elbo.cli.options.Positive;
import dev.elbo.cli.terminal.Section;
import dev.elbo.io.OptionName;
import dev.elbo.model.Layout;
import dev.elbo.model.ModelOptions;
import dev.elbo.model.Objective.Composite;
import dev.elbo.model.Objective.Prior;
import dev.elbo.model.Objective.StandardNormal;
import dev.elbo.model.SequenceOptions;
import picocli.CommandLine.Option;

/** What makes one network of an architecture, as far as it is given. */
@Section(Section.Of.MODEL)
@AppliesTo(Family.NETWORK)
final class NetworkArguments {

  @AppliesTo(Family.DEEP)
  @Option(
      names = "--hidden",
      converter = Widths.Converter.class,
      paramLabel = "N[,N...]",
      description =
          "widths of the encoder's hidden layers, mirrored by the decoder; none for no such layer"
              + " (default: 600; of mult-dae none, of recvae five of 600); of svae those of item"
              + " vectors, recurrent state and tanh layers, the last mirrored (default:"
              + " 256,200,150)")
  private Widths hidden;

  @AppliesTo(Family.DRAWN)
  @Option(
      names = "--latent",
      converter = Positive.class,
      paramLabel = "N",
      description =
          "latent units; of ials, length of a user's or item's vector (default: 200; of ials 128)")
  private Integer latent;

  @Option(
      names = "--weight-decay",
      paramLabel = "LAMBDA",
      description = "lambda of lambda * sum ||W||^2 in the loss (default: 0)")
  private Double weightDecay;

  @Section(Section.Of.DIALECT)
  @AppliesTo(Family.MULT)
  @Option(
      names = "--l2-normalize",
      paramLabel = "WHERE",
      description =
          "scale the input to unit length: ${COMPLETION-CANDIDATES} (default: before-dropout)")
  private Layout.L2Normalization l2Normalize;

  @Section(Section.Of.DIALECT)
  @AppliesTo(Family.MULT)
  @Option(
      names = "--tanh",
      paramLabel = "LAYERS",
      description =
          "tanh after hidden layers, or after every module, dropouts included:"
              + " ${COMPLETION-CANDIDATES} (default: hidden)")
  private Layout.Tanhs tanh;

  @Section(Section.Of.DIALECT)
  @AppliesTo(Family.MULT)
  @Option(
      names = "--decoder-dropout",
      paramLabel = "RATE",
      description = "share of the decoder's hidden units that training drops (default: 0)")
  private Double decoderDropout;

  @Section(Section.Of.DIALECT)
  @AppliesTo(Family.ACTIVATED)
  @Option(
      names = "--activation",
      paramLabel = "FUNCTION",
      description =
          "after hidden layers: ${COMPLETION-CANDIDATES} (default: tanh; of autorec sigmoid)")
  private Layout.Activation activation;

  @Section(Section.Of.DIALECT)
  @AppliesTo(Family.AUTOREC)
  @Option(
      names = "--output-activation",
      paramLabel = "OUTPUT",
      description =
          "of autorec, after the last layer: identity, sigmoid (default: identity; of"
              + " implicit-autorec sigmoid)")
  private Layout.Activation outputActivation;

  @Section(Section.Of.LATENT)
  @AppliesTo(Family.WITH_MIXTURE)
  @Option(
      names = "--prior",
      paramLabel = "PRIOR",
      description =
          "of mult-vae and recvae: the standard normal, or RecVAE's mixture, which remembers an"
              + " earlier encoder: ${COMPLETION-CANDIDATES} (default: standard; of recvae"
              + " composite)")
  private PriorKind prior;

  @Section(Section.Of.LATENT)
  @AppliesTo(Family.RECVAE)
  @Option(
      names = "--norm-epsilon",
      paramLabel = "X",
      description = "of recvae: what layer normalisation adds to the variance (default: 0.1)")
  private Double normEpsilon;

  @Section(Section.Of.SEQUENCES)
  @AppliesTo(Family.SEQUENTIAL)
  @Option(
      names = "--next",
      converter = Positive.class,
      paramLabel = "K",
      description = "how many of the next items each step predicts (default: 4)")
  private Integer next;

  @Section(Section.Of.SEQUENCES)
  @AppliesTo(Family.SEQUENTIAL)
  @Option(
      names = "--window",
      paramLabel = "N",
      description =
          "cut longer histories into windows of N steps, each read from an empty state; scoring"
              + " reads the last N items; 0 for whole histories (default: 0)")
  private Integer window;

  @Section(Section.Of.SEQUENCES)
  @AppliesTo(Family.SEQUENTIAL)
  @Option(
      names = "--log-deviation",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = "sample with deviation exp(lv) instead of exp(lv / 2); the divergence stays")
  private Boolean logDeviation;

  @Section(Section.Of.SEQUENCES)
  @AppliesTo(Family.SEQUENTIAL)
  @Option(
      names = "--mean-kl-of-steps",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = "average a user's divergence over steps instead of summing")
  private Boolean meanKlOfSteps;

  /** A distribution over the latent units. */
  enum PriorKind {
    STANDARD {
      @Override
      Prior over(Prior base) {
        return new StandardNormal();
      }
    },
    COMPOSITE {
      @Override
      Prior over(Prior base) {
        return base instanceof Composite mixture ? mixture : Composite.SHENBIN;
      }
    };

    abstract Prior over(Prior base);

    @Override
    public String toString() {
      return OptionName.of(this);
    }
  }

  /** Latent units; {@code null} if they are not given. */
  Integer latent() {
    return latent;
  }

  /**
   * The network with what is given in place of what it has.
   *
   * @param dropout share of the input that training drops; {@code null} if it is not given
   * @throws IllegalArgumentException if something is out of range
   */
  ModelOptions over(ModelOptions base, Double dropout) {
    return new ModelOptions(
        base.architecture(),
        hidden == null ? base.hidden() : hidden.values(),
        requireNonNullElse(latent, base.latent()),
        requireNonNullElse(dropout, base.dropout()),
        requireNonNullElse(weightDecay, base.weightDecay()),
        base.layout() == null ? null : over(base.layout()),
        base.ratings(),
        base.sequence() == null ? null : over(base.sequence()),
        prior == null ? base.prior() : prior.over(base.prior()),
        normEpsilon == null ? base.normEpsilon() : normEpsilon);
  }

  private Layout over(Layout base) {
    return new Layout(
        requireNonNullElse(l2Normalize, base.l2Normalize()),
        requireNonNullElse(tanh, base.tanh()),
        requireNonNullElse(decoderDropout, base.decoderDropout()),
        requireNonNullElse(activation, base.activation()),
        requireNonNullElse(outputActivation, base.output()));
  }

  private SequenceOptions over(SequenceOptions base) {
    return new SequenceOptions(
        requireNonNullElse(next, base.ahead()),
        requireNonNullElse(window, base.window()),
        requireNonNullElse(logDeviation, base.logDeviation()),
        requireNonNullElse(meanKlOfSteps, base.meanOverSteps()));
  }
}
