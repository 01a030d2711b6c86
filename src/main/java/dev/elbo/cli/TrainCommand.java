package dev.elbo.cli;

import dev.elbo.ElboException;
import dev.elbo.baseline.FittedBaseline;
import dev.elbo.data.PreparedData;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.AdamOptions.Form;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Scoring;
import dev.elbo.eval.Estimate;
import dev.elbo.eval.Evaluation;
import dev.elbo.eval.Evaluator;
import dev.elbo.eval.Measure;
import dev.elbo.eval.Metric;
import dev.elbo.eval.RatingMetric;
import dev.elbo.io.AtomicFile;
import dev.elbo.io.FolderLock;
import dev.elbo.linalg.Workers;
import dev.elbo.model.Architecture;
import dev.elbo.model.Baseline;
import dev.elbo.model.BaselineOptions;
import dev.elbo.model.KlAnnealing;
import dev.elbo.model.Model;
import dev.elbo.model.ModelName;
import dev.elbo.model.ModelOptions;
import dev.elbo.train.Checkpoint;
import dev.elbo.train.Checkpoint.Progress;
import dev.elbo.train.Criterion;
import dev.elbo.train.Criterion.OfLoss;
import dev.elbo.train.Criterion.OfMetric;
import dev.elbo.train.EpochResult;
import dev.elbo.train.SavedModel;
import dev.elbo.train.Trainer;
import dev.elbo.train.TrainingOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code elbo train}: from prepared data to a model. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Train a model; the epoch that is best on the validation users is kept.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  elbo train --data prepared --out model",
      "  elbo train @tools/presets/ml-1m.args --data prepared --out model --patience 10",
      "  elbo train --data prepared --out model --schedule plateau --warm-up 500",
      "  elbo train --data prepared --out model --resume",
      "  elbo train --data prepared --out ease --model ease --l2 500"
    })
final class TrainCommand implements Runnable {

  /**
   * Options that say where and how to run, and not what to compute: a resumed run may change them.
   */
  private static final Set<String> FREE =
      Set.of("--data", "--out", "--resume", "--json", "--threads", "--help", "--version");

  /** What baselines take, too, besides the options of their own. */
  private static final Set<String> OF_EVERY_MODEL =
      Set.of("--model", "--metrics", "--plain-recall");

  /** What only models with a stochastic latent layer take: those that have a KL term. */
  private static final Set<String> OF_LATENT_NOISE =
      Set.of("--beta-cap", "--anneal-updates", "--anneal-counter", "--mean-kl", "--noise-scale");

  private static final String BETA_CAP = "--beta-cap";

  /** A checkpoint moves between engines, so a resumed run may change this one too; it is kept. */
  private static final String ENGINE = "--engine";

  @Spec private CommandSpec spec;

  @Mixin private Console console;

  @Section(Section.Of.FILES)
  @Option(
      names = "--data",
      required = true,
      paramLabel = "DATA",
      description = "directory that `elbo prepare` made")
  private Path dataDir;

  @Section(Section.Of.FILES)
  @Option(
      names = "--out",
      required = true,
      paramLabel = "MODEL",
      description = "directory for the model and its checkpoint")
  private Path out;

  @Section(Section.Of.MODEL)
  @Option(
      names = "--model",
      converter = ModelConverter.class,
      completionCandidates = ModelConverter.Names.class,
      paramLabel = "NAME",
      description = "${COMPLETION-CANDIDATES}")
  private ModelName model = Architecture.MULT_VAE;

  @Section(Section.Of.TRAINING)
  @Option(
      names = "--epochs",
      converter = Positive.class,
      description = "passes over the training users")
  private int epochs = 200;

  @Section(Section.Of.TRAINING)
  @Option(names = "--batch-size", converter = Positive.class, description = "users in an update")
  private int batchSize = 500;

  @Section(Section.Of.MODEL)
  @Option(
      names = "--hidden",
      converter = Widths.Converter.class,
      paramLabel = "N[,N...]",
      description =
          "widths of the encoder's hidden layers, mirrored by the decoder; none for no such layer"
              + " (default: 600 for mult-vae, none for mult-dae); of svae those of item vectors,"
              + " recurrent state and tanh layers, the last mirrored (default: 256,200,150)")
  private Widths hidden;

  @Section(Section.Of.MODEL)
  @Option(names = "--latent", converter = Positive.class, description = "latent units")
  private int latent = 200;

  @Section(Section.Of.MODEL)
  @Option(
      names = "--dropout",
      description = "share of the input that training drops (default: 0.5; 0 for autorec)")
  private Double dropout;

  @Section(Section.Of.TRAINING)
  @Option(names = BETA_CAP, description = "largest weight of the KL term")
  private double betaCap = 0.2;

  @Section(Section.Of.TRAINING)
  @Option(
      names = "--anneal-updates",
      paramLabel = "N",
      description =
          "updates in which the KL weight would rise to 1, 0 for the cap at once (default: so that"
              + " the cap is reached after 80%% of the planned updates)")
  private Long annealUpdates;

  @Section(Section.Of.TRAINING)
  @Option(
      names = "--learning-rate",
      description = "Adam's step size (default: 0.001; 0.0005 for recvae)")
  private Double learningRate;

  @Section(Section.Of.TRAINING)
  @Option(
      names = "--adam",
      paramLabel = "FORM",
      description =
          "where Adam adds its epsilon: ${COMPLETION-CANDIDATES} (default: tensorflow; pytorch for"
              + " recvae)")
  private AdamOptions.Form adam;

  @Section(Section.Of.TRAINING)
  @Option(names = "--weight-decay", description = "lambda of lambda * sum ||W||^2 in the loss")
  private double weightDecay = 0;

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
      names = "--metrics",
      split = ",",
      paramLabel = "NAME@K",
      converter = Metrics.Converter.class,
      description =
          "what else to measure on the validation users after each epoch (default: "
              + Metrics.DEFAULT
              + "; "
              + Metrics.DEFAULT_OF_RATINGS
              + " where ratings are predicted)")
  private List<Measure> metrics;

  @Section(Section.Of.SELECTION)
  @Option(
      names = "--patience",
      converter = Positive.class,
      paramLabel = "N",
      description = "stop after this many epochs without a better one (default: never)")
  private Integer patience;

  @Section(Section.Of.TRAINING)
  @Option(names = "--seed", description = "seed of initial values, order of users, and noise")
  private long seed = 98765;

  @Section(Section.Of.FILES)
  @Option(
      names = "--resume",
      description =
          "continue the run in MODEL, bit for bit as if it had not stopped; options are the run's"
              + " own, but for --engine and --threads")
  private boolean resume;

  @Mixin private DialectOption dialect;
  @Mixin private ScheduleOptions scheduleOptions;
  @Mixin private Switches switches;
  @Mixin private ScoringSwitches scoringSwitches;
  @Mixin private SequenceSwitches sequenceSwitches;
  @Mixin private LatentSwitches latentSwitches;
  @Mixin private BaselineSwitches baselineSwitches;
  @Mixin private EngineOptions engineOptions;

  @Override
  public void run() {
    try (FolderLock _ = console.lock(out);
        var interruption = new Interruption(console, this::whatIsKept)) {
      SavedModel.settle(out);
      AtomicFile.deleteLeftovers(Checkpoint.file(out));
      run(interruption);
    }
  }

  private void run(Interruption interruption) {
    if (resume) {
      requireResumable();
      Checkpoint checkpoint = Checkpoint.read(out);
      TrainCommand run = withOptionsOf(checkpoint.progress().options());
      run.train(
          (Architecture) run.model,
          checkpoint,
          console,
          interruption); // Baselines have no checkpoint.
      return;
    }
    requireApplicable(Set.of());
    dialect.apply();
    // A dialect also speaks of latent noise to models that have none, such as its mult-dae.
    requireApplicable(OF_LATENT_NOISE);
    if (Files.exists(Checkpoint.file(out))) {
      throw ElboException.in(
          out, "there is a run already: continue it with --resume, or choose another --out");
    }
    if (hasBaseline()) {
      throw ElboException.in(out, "there is a model already: choose another --out, or remove it");
    }
    switch (model) {
      case Architecture architecture -> train(architecture, null, console, interruption);
      case Baseline baseline -> fit(baseline);
    }
  }

  /**
   * Refuses options that the model does not have.
   *
   * @param but options that may be given to any model
   */
  private void requireApplicable(Set<String> but) {
    for (String name : Arguments.given(spec.commandLine().getParseResult()).keySet()) {
      if (!applies(name) && !but.contains(name)) {
        throw console.wrongUsage("%s does not apply to %s: leave it out".formatted(name, model));
      }
    }
  }

  private boolean applies(String option) {
    return switch (model) {
      case Architecture architecture ->
          !BaselineSwitches.has(option)
              && (architecture.isVariational() || !OF_LATENT_NOISE.contains(option))
              && Switches.apply(architecture, option);
      case Baseline baseline ->
          FREE.contains(option)
              || OF_EVERY_MODEL.contains(option)
              || BaselineSwitches.of(baseline).contains(option);
    };
  }

  /** A run goes on from its checkpoint alone; the model beside it is written again. */
  private void requireResumable() {
    if (Files.exists(Checkpoint.file(out))) {
      return;
    }
    if (model instanceof Baseline || hasBaseline()) {
      throw ElboException.in(
          out,
          "there is nothing to resume: a baseline is fitted in one go; train it without --resume,"
              + " into another --out if it is there already");
    }
    throw ElboException.in(out, "there is no run to continue; leave --resume out to start one");
  }

  /** Whether the directory holds a baseline: a model without a run to continue. */
  private boolean hasBaseline() {
    return SavedModel.isIn(out) && SavedModel.describe(out).model() instanceof BaselineOptions;
  }

  /**
   * The command as its run was started; of what was given now, only the free options and the engine
   * count.
   *
   * @throws picocli.CommandLine.ParameterException if another one contradicts the run's own
   */
  private TrainCommand withOptionsOf(Map<String, String> ofRun) {
    Map<String, String> options = new TreeMap<>(ofRun);
    Map<String, String> given = Arguments.given(spec.commandLine().getParseResult());
    for (Map.Entry<String, String> option : given.entrySet()) {
      String name = option.getKey();
      String value = option.getValue();
      boolean mayDiffer = FREE.contains(name) || name.equals(ENGINE);
      if (!mayDiffer && !value.equals(ofRun.get(name))) {
        throw console.wrongUsage(
            "the run in %s has %s, not %s: leave the option out, or start another run"
                .formatted(
                    out,
                    ofRun.containsKey(name) ? name + "=" + ofRun.get(name) : "no " + name,
                    value));
      }
      options.put(name, value);
    }
    TrainCommand command = new TrainCommand();
    ConstantConverter.register(new CommandLine(command)).parseArgs(Arguments.of(options));
    return command;
  }

  /** What defines the run, by name of the option; options without a value are left out. */
  private Map<String, String> options() {
    Map<String, String> options = new TreeMap<>();
    for (OptionSpec option : spec.options()) {
      Object value = option.getValue();
      String name = option.longestName();
      if (value != null && !FREE.contains(name) && applies(name)) {
        options.put(name, Arguments.text(value));
      }
    }
    return options;
  }

  private void train(
      Architecture architecture,
      Checkpoint checkpoint,
      Console console,
      Interruption interruption) {
    complete(architecture);
    PreparedData read = PreparedData.read(dataDir);
    requireFit(read, architecture);
    String dataSha256 = read.sha256();
    PreparedData data = architecture.readsItems() ? read.transposed() : read;
    ModelOptions modelOptions = console.checked(() -> modelOptions(architecture, data));
    Model network = console.checked(() -> modelOptions.model(data.itemIds().size()));
    TrainingOptions options = console.checked(() -> trainingOptions(data));
    if (checkpoint != null && !checkpoint.progress().dataSha256().equals(dataSha256)) {
      throw ElboException.in(
          dataDir,
          "the run in %s was started on other data; give --data what it was started on, or another"
                  .formatted(out)
              + " --out");
    }
    if (checkpoint != null) {
      checkpoint.requireTensorsOf(out, network);
    }
    Memory.require(network);
    EngineState state =
        checkpoint == null
            ? latentSwitches.initial(network, seed, switches.initialization())
            : checkpoint.state();
    Progress progress =
        checkpoint == null
            ? Progress.none(options(), dataSha256)
            : checkpoint.progress().with(options());

    Progress end;
    try (Engine engine = engineOptions.create(network, state);
        TrainingProgress shown =
            new TrainingProgress(
                console,
                data.train().rows(),
                epochs,
                progress,
                options.select().name(),
                architecture)) {
      ModelDirectory directory = new ModelDirectory(modelOptions, data, progress, options);
      if (checkpoint != null) {
        directory.repair(checkpoint);
      }
      StoppableRun run = new StoppableRun(shown, directory, interruption);
      Trainer trainer = new Trainer(engine, data, options, run);
      end = trainer.run(progress, run);
    } catch (OutOfMemoryError _) {
      throw Memory.tooLittle(network);
    }
    if (checkpoint != null) {
      SavedModel.read(out); // It may be of the time before the run went on.
    }
    EpochResult best = end.epochs().get(end.bestEpoch() - 1);
    console.say(
        "Best epoch %d of %d: validation %s %s"
            .formatted(
                best.epoch(),
                end.epochs().size(),
                options.select().name(),
                Metrics.text(best.validation().get(options.select().name()))));
    console.say("Wrote %s".formatted(out));
    console.json(
        () -> {
          Map<String, Object> document = new LinkedHashMap<>();
          document.put("bestEpoch", end.bestEpoch());
          document.put("epochs", end.epochs());
          document.put("modelDir", out.toString());
          return document;
        });
  }

  /**
   * All options of the run that this would start on these data, by name; a search asks before it
   * begins.
   *
   * @throws picocli.CommandLine.ParameterException if an option is out of range, or does not apply
   */
  Map<String, String> checkedOptions(PreparedData data) {
    requireApplicable(Set.of());
    dialect.apply();
    // A dialect also speaks of latent noise to models that have none, such as its mult-dae.
    requireApplicable(OF_LATENT_NOISE);
    switch (model) {
      case Architecture architecture -> {
        complete(architecture);
        requireFit(data, architecture);
        console.checked(() -> modelOptions(architecture, data).model(data.itemIds().size()));
        console.checked(() -> trainingOptions(data));
      }
      case Baseline baseline -> {
        requireFit(data, baseline);
        baselineSwitches.complete();
        completeMetrics(/* predictsRatings= */ false);
      }
    }
    return options();
  }

  /** Sets what was not given. */
  private void complete(Architecture architecture) {
    hidden = hidden == null ? new Widths(architecture.defaultHidden()) : hidden;
    dropout = dropout == null ? Double.valueOf(architecture.defaultDropout()) : dropout;
    learningRate =
        learningRate == null ? Double.valueOf(architecture.defaultLearningRate()) : learningRate;
    if (adam == null) {
      adam = architecture == Architecture.RECVAE ? Form.PYTORCH : Form.TENSORFLOW;
    }
    switches.complete(architecture);
    latentSwitches.complete(
        architecture, spec.commandLine().getParseResult().hasMatchedOption(BETA_CAP));
    completeMetrics(architecture.predictsRatings());
    scheduleOptions.complete();
  }

  private void completeMetrics(boolean predictsRatings) {
    List<Measure> defaults = Metrics.defaults(predictsRatings);
    select = select == null ? new OfMetric(defaults.getFirst()) : select;
    metrics = metrics == null ? defaults : metrics;
    Class<? extends Measure> kind = predictsRatings ? RatingMetric.class : Metric.class;
    if (select instanceof OfMetric(var metric)) {
      console.checked(() -> Metrics.require(kind, List.of(metric)));
    }
    console.checked(() -> Metrics.require(kind, metrics));
  }

  /**
   * Checks that the data is what the model learns from, and the options are about.
   *
   * @throws ElboException if it is not, and how to prepare it
   */
  private void requireFit(PreparedData data, Architecture architecture) {
    DataRequirements required = new DataRequirements(dataDir, data);
    required.requireFor(architecture);
    if (scoringSwitches.scoring().skipLast()) {
      required.requireOrderForSkipLast();
    }
    if (select instanceof OfLoss) {
      required.requireUntrainedForLoss();
    }
  }

  private void requireFit(PreparedData data, Baseline baseline) {
    new DataRequirements(dataDir, data)
        .requireKind(baseline.toString(), /* predictsRatings= */ false);
  }

  private void fit(Baseline baseline) {
    PreparedData data = PreparedData.read(dataDir);
    requireFit(data, baseline);
    baselineSwitches.complete();
    completeMetrics(/* predictsRatings= */ false);
    Evaluator validation =
        new Evaluator(
            data.validation(),
            Metrics.require(Metric.class, scoringSwitches.of(metrics)),
            data.train(),
            EvaluateCommand.BATCH_SIZE);
    long start = System.nanoTime();
    FittedBaseline fitted;
    try (Workers workers = new Workers(engineOptions.threads())) {
      fitted = baselineSwitches.fit(baseline, data.train(), workers);
    } catch (IllegalArgumentException e) {
      throw console.wrongUsage(e.getMessage());
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    Evaluation evaluation = validation.evaluate(fitted);
    SequencedMap<String, Estimate> byName = evaluation.byName();
    new SavedModel(
            new SavedModel.Description(
                Version.current(),
                /* engine= */ null,
                new BaselineOptions(baseline),
                options(),
                /* seed= */ 0,
                data.sha256(),
                data.description().filter().minRating(),
                data.description().source().reading(),
                /* bestEpoch= */ 0,
                byName,
                Scoring.LIANG,
                /* unrated= */ List.of()),
            fitted.parameters(),
            data.itemIds())
        .write(out);
    console.say("Fitted %s in %.1f s".formatted(baseline, seconds));
    Metrics.say(console, EvaluateCommand.Part.validation.name(), evaluation);
    console.say("Wrote %s".formatted(out));
    console.json(
        () -> {
          Map<String, Object> document = new LinkedHashMap<>();
          document.put("seconds", seconds);
          document.put("validation", byName);
          document.put("modelDir", out.toString());
          return document;
        });
  }

  private ModelOptions modelOptions(Architecture architecture, PreparedData data) {
    return new ModelOptions(
        architecture,
        hidden.values(),
        latent,
        dropout,
        weightDecay,
        switches.layout(),
        data.hasRatings() ? data.ratingScale() : null,
        architecture.isSequential() ? sequenceSwitches.options() : null,
        latentSwitches.mixture(),
        latentSwitches.normEpsilon());
  }

  private TrainingOptions trainingOptions(PreparedData data) {
    int users = data.train().rows();
    boolean dropLastBatch = switches.dropLastBatch();
    long updates = (long) epochs * TrainingOptions.updatesPerEpoch(users, batchSize, dropLastBatch);
    KlAnnealing annealing =
        annealUpdates == null
            ? KlAnnealing.over(betaCap, updates)
            : new KlAnnealing(betaCap, annealUpdates);
    return new TrainingOptions(
        epochs,
        batchSize,
        latentSwitches.of(switches.of(annealing, latent)),
        AdamOptions.of(learningRate).with(adam),
        scheduleOptions.schedule(),
        scoringSwitches.of(select),
        scoringSwitches.of(metrics),
        patience == null ? OptionalInt.empty() : OptionalInt.of(patience),
        seed,
        switches.noiseScale(),
        switches.shuffle(),
        dropLastBatch,
        scoringSwitches.scoring(),
        latentSwitches.recipe());
  }

  private String whatIsKept() {
    return Files.exists(Checkpoint.file(out))
        ? "Stopped. The last finished epoch is kept; `elbo train --resume` with the same --data and"
            + " --out continues after it."
        : "Stopped before the first epoch was finished; nothing is kept.";
  }

  /** Keeps the best model and the last checkpoint in the output directory. */
  private final class ModelDirectory implements Trainer.Output {
    private final ModelOptions modelOptions;
    private final PreparedData data;
    private final Progress start;
    private final TrainingOptions options;

    ModelDirectory(
        ModelOptions modelOptions, PreparedData data, Progress start, TrainingOptions options) {
      this.modelOptions = modelOptions;
      this.data = data;
      this.start = start;
      this.options = options;
    }

    /** Writes the model again if it cannot be read and is that of the checkpoint. */
    void repair(Checkpoint checkpoint) {
      List<EpochResult> epochs = checkpoint.progress().epochs();
      if (checkpoint.progress().bestEpoch() == epochs.size()) {
        try {
          SavedModel.read(out);
        } catch (ElboException _) {
          best(checkpoint.state(), epochs.getLast());
        }
      }
    }

    @Override
    public void best(EngineState state, EpochResult result) {
      new SavedModel(
              new SavedModel.Description(
                  Version.current(),
                  engineOptions.name(),
                  modelOptions,
                  start.options(),
                  seed,
                  start.dataSha256(),
                  data.description().filter().minRating(),
                  data.description().source().reading(),
                  result.epoch(),
                  result.validation(),
                  options.scoring(),
                  data.hasRatings() ? data.train().emptyColumns() : List.of()),
              state.parameters(),
              data.itemIds())
          .write(out);
    }

    @Override
    public void checkpoint(Checkpoint checkpoint) {
      checkpoint.write(out);
    }
  }
}
