package dev.elbo.cli.run;

import static java.util.Objects.requireNonNullElse;

import dev.elbo.ElboException;
import dev.elbo.cli.options.AppliesTo;
import dev.elbo.cli.options.Arguments;
import dev.elbo.cli.options.ConstantConverter;
import dev.elbo.cli.options.Family;
import dev.elbo.cli.terminal.Console;
import dev.elbo.cli.terminal.Section;
import dev.elbo.eval.Measure;
import dev.elbo.eval.Metric;
import dev.elbo.eval.RatingMetric;
import dev.elbo.model.Architecture;
import dev.elbo.model.KlAnnealing;
import dev.elbo.model.ModelName;
import dev.elbo.model.ModelOptions;
import dev.elbo.model.Objective.StandardNormal;
import dev.elbo.train.Criterion.OfMetric;
import dev.elbo.train.LearningRateSchedule.Constant;
import dev.elbo.train.LearningRateSchedule.Plateau;
import dev.elbo.train.LearningRateSchedule.Step;
import dev.elbo.train.Recipe;
import dev.elbo.train.RunOptions;
import dev.elbo.train.Sampling;
import dev.elbo.train.Sampling.Popularity;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The options of a run, as far as they are given: what is given stands over what a dialect says,
 * and that over what the model's authors did, or over the run that goes on.
 */
public final class RunArguments {

  private static final int DASHES = "--".length();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Section(Section.Of.MODEL)
  @AppliesTo(Family.MODEL)
  @Option(
      names = "--model",
      converter = ModelConverter.class,
      completionCandidates = ModelConverter.Names.class,
      paramLabel = "NAME",
      description = "${COMPLETION-CANDIDATES} (default: mult-vae)")
  private ModelName model;

  @Section(Section.Of.MODEL)
  @AppliesTo(Family.DROPPED_OUT)
  @Option(
      names = "--dropout",
      paramLabel = "RATE",
      description =
          "share of the input that training drops (default: 0.5; of autorec 0; of edlae,"
              + " dlae, rdlae and sparse-rdlae 0.33)")
  private Double dropout;

  @Section(Section.Of.SELECTION)
  @AppliesTo(Family.MODEL)
  @Option(
      names = "--metrics",
      split = ",",
      paramLabel = "NAME@K",
      converter = Metrics.Converter.class,
      completionCandidates = Metrics.Names.class,
      description =
          "what else to measure on the validation users after each epoch (default: "
              + Measure.DEFAULTS
              + "; "
              + Measure.DEFAULTS_OF_RATINGS
              + " where ratings are predicted)")
  private List<Measure> metrics;

  @Mixin private DialectArgument dialect;
  @Mixin private NetworkArguments network;
  @Mixin private InitialArguments initial;
  @Mixin private TrainingArguments training;
  @Mixin private ScheduleArguments schedule;
  @Mixin private SamplingArguments sampling;
  @Mixin private ScoringArguments scoring;
  @Mixin private BaselineArguments baseline;

  /** A command line that has no other options. */
  @Command
  private static final class Alone {
    @Mixin private RunArguments run;
  }

  /** All options of a run. */
  public static List<OptionSpec> options() {
    return CommandSpec.forAnnotatedObject(new Alone()).options();
  }

  /**
   * Reads options by name.
   *
   * @throws ParameterException if one is unknown, or its value is none
   */
  public static RunArguments parse(Map<String, String> options) {
    var alone = new Alone();
    ConstantConverter.register(new CommandLine(alone)).parseArgs(Arguments.of(options));
    return alone.run;
  }

  /**
   * A run that begins.
   *
   * @throws ParameterException if an option is out of range, or does not apply to the model
   */
  public RunOptions begun() {
    return over(RunOptions.of(requireNonNullElse(model, Architecture.MULT_VAE)));
  }

  /**
   * A run that starts from what another made: as that was, with beta at its cap, but for what is
   * given.
   *
   * @throws ParameterException if that made a baseline, or another model than is given; or as
   *     {@link #over}
   */
  public RunOptions from(RunOptions base) {
    if (!(base instanceof RunOptions.OfNetwork run)) {
      throw wrongUsage(
          "--from: %s is fitted in one go, and has nothing to start from: leave it out"
              .formatted(base.model()));
    }
    if (model != null && model != run.model()) {
      throw wrongUsage(
          "--model: expected %s, as the model to start from is, found %s: leave it out"
              .formatted(run.model(), model));
    }
    return over(run.goingOn());
  }

  /**
   * Refuses to say otherwise than a run that goes on.
   *
   * @param name what to call the run
   * @throws ParameterException if something is given that the run does not have
   */
  public void requireSame(RunOptions.OfNetwork run, Object name) {
    SequencedMap<String, String> now = over(run).byName();
    now.put("model", requireNonNullElse(model, run.model()).toString());
    SequencedMap<String, String> before = run.byName();
    Stream<String> given = given().keySet().stream().map(option -> option.substring(DASHES));
    Stream<String> others = Stream.concat(now.keySet().stream(), before.keySet().stream());
    for (String option : Stream.concat(given, others).toList()) {
      String had = before.get(option);
      String has = now.get(option);
      if (!Objects.equals(had, has)) {
        throw wrongUsage(
            "the run in %s has %s, not %s: leave the option out, or start another run"
                .formatted(
                    name, had == null ? "no --" + option : "--%s=%s".formatted(option, had), has));
      }
    }
  }

  /**
   * A run with what is given in place of what it has.
   *
   * @throws ParameterException if an option is out of range, or does not apply to the model
   */
  public RunOptions over(RunOptions base) {
    ModelName name = requireNonNullElse(model, base.model());
    Family.require(spec, given().keySet(), name);
    try {
      RunOptions run =
          measured(merged(dialect.given().map(one -> said(one, name).merged(base)).orElse(base)));
      if (run instanceof RunOptions.OfNetwork network) {
        requireEffect(network);
      }
      return run;
    } catch (IllegalArgumentException | ElboException e) {
      throw wrongUsage(Console.withOption(spec, e.getMessage()));
    }
  }

  /** Refuses what is given and the model has, but beside the run's other options does nothing. */
  private void requireEffect(RunOptions.OfNetwork run) {
    if (run.training().annealing() instanceof KlAnnealing.Gamma(double gamma)) {
      refuseBeside(
          "--gamma " + gamma, "--beta-cap", "--anneal-updates", "--anneal-counter", "--mean-kl");
    }
    if (run.network().prior() instanceof StandardNormal) {
      refuseBeside("--prior standard", "--first-prior");
    }
    if (run.training().recipe() instanceof Recipe.Joint) {
      refuseBeside("--recipe joint", "--encoder-epochs", "--decoder-epochs");
    }
    Sampling sampled = run.training().sampling();
    if (sampled == null) {
      refuseBeside(
          "a run without --sampled-items", "--sampling", "--sampling-power", "--lazy-adam");
    } else if (!(sampled.proposal() instanceof Popularity)) {
      refuseBeside(
          "--sampling " + SamplingArguments.Kind.of(sampled.proposal()), "--sampling-power");
    }
    if (run.network().weightDecay() > 0) {
      refuseBeside("--weight-decay " + run.network().weightDecay(), "--lazy-adam");
    }
    switch (run.training().schedule().decay()) {
      case Constant() ->
          refuseBeside(
              "--schedule constant",
              "--schedule-factor",
              "--schedule-minimum",
              "--schedule-every",
              "--schedule-patience");
      case Step(_) -> refuseBeside("--schedule step", "--schedule-patience");
      case Plateau(_) -> refuseBeside("--schedule plateau", "--schedule-every");
    }
  }

  private void refuseBeside(String beside, String... options) {
    Map<String, String> given = given();
    for (String option : options) {
      if (given.containsKey(option)) {
        throw wrongUsage("%s does not apply to %s: leave it out".formatted(option, beside));
      }
    }
  }

  /** What a dialect says of a model; of the latent layer it may say something to those without. */
  private RunArguments said(Dialect one, ModelName name) {
    Map<String, String> options = one.options();
    for (String option : options.keySet()) {
      Family family = Family.of(spec.findOption(option));
      if (family != Family.VARIATIONAL && !family.has(name)) {
        throw wrongUsage(
            "--dialect %s does not apply to %s, which has no %s: leave it out"
                .formatted(one, name, option));
      }
    }
    return parse(options);
  }

  /** What is given, by name of the option, in the words that the command line takes. */
  public Map<String, String> given() {
    return Arguments.given(spec.commandLine().getParseResult());
  }

  /** What is given about scoring. */
  public ScoringArguments scoring() {
    return scoring;
  }

  private ParameterException wrongUsage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private RunOptions merged(RunOptions base) {
    boolean plainRecall = scoring.plainRecallOver(base.plainRecall());
    List<Measure> measured = requireNonNullElse(metrics, base.metrics());
    return switch (base) {
      case RunOptions.OfNetwork run -> {
        ModelOptions options = network.over(run.network(), dropout);
        yield new RunOptions.OfNetwork(
            options,
            initial.over(run.initialization()),
            training.over(
                run.training(),
                schedule.over(run.training().schedule()),
                measured,
                scoring.over(run.scoring()),
                sampling),
            plainRecall);
      }
      case RunOptions.OfBaseline run ->
          new RunOptions.OfBaseline(
              baseline.over(run.baseline(), dropout, network, training), measured, plainRecall);
    };
  }

  /** The run with the definition of recall that it asks for, and metrics that judge its model. */
  private static RunOptions measured(RunOptions run) {
    RunOptions measured = run.plainRecall() ? run.with(Metrics::plain) : run;
    boolean predictsRatings =
        run.model() instanceof Architecture architecture && architecture.predictsRatings();
    Class<? extends Measure> kind = predictsRatings ? RatingMetric.class : Metric.class;
    Measure.require(kind, measured.metrics());
    if (measured instanceof RunOptions.OfNetwork network
        && network.training().select() instanceof OfMetric(var metric)) {
      Measure.require(kind, List.of(metric));
    }
    return measured;
  }
}
