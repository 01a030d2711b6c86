package dev.elbo.cli;

import dev.elbo.ElboException;
import dev.elbo.cli.options.AppliesTo;
import dev.elbo.cli.options.Arguments;
import dev.elbo.cli.options.DataRequirements;
import dev.elbo.cli.options.EngineArguments;
import dev.elbo.cli.options.Family;
import dev.elbo.cli.options.ModelArgument;
import dev.elbo.cli.run.DialectArgument;
import dev.elbo.cli.run.Metrics;
import dev.elbo.cli.run.RunArguments;
import dev.elbo.cli.run.ScoringArguments;
import dev.elbo.cli.terminal.Console;
import dev.elbo.cli.terminal.Evaluations;
import dev.elbo.cli.terminal.Section;
import dev.elbo.data.EvaluationUsers;
import dev.elbo.data.PreparedData;
import dev.elbo.data.RatingScale;
import dev.elbo.engine.Scoring;
import dev.elbo.eval.Evaluation;
import dev.elbo.eval.Evaluator;
import dev.elbo.eval.Measure;
import dev.elbo.eval.Metric;
import dev.elbo.eval.RatingEvaluation;
import dev.elbo.eval.RatingEvaluator;
import dev.elbo.eval.RatingMetric;
import dev.elbo.io.AtomicFile;
import dev.elbo.model.Baseline;
import dev.elbo.model.ModelName;
import dev.elbo.recommend.ModelScorer;
import dev.elbo.train.RunOptions;
import dev.elbo.train.SavedModel;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code elbo evaluate}: how well a model finds held-out items. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Measure a model on users of prepared data.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  elbo evaluate --model-dir model --data prepared",
      "  elbo evaluate --model-dir model --data prepared --metrics ndcg@10,coverage@10",
      "  elbo evaluate --model-dir model --data prepared --per-user users.csv"
    })
final class EvaluateCommand implements Runnable {

  /** Users scored at a time. */
  static final int BATCH_SIZE = 500;

  /** Whom to measure on. */
  enum Part {
    validation,
    test;

    EvaluationUsers of(PreparedData data) {
      return switch (this) {
        case validation -> data.validation();
        case test -> data.test();
      };
    }
  }

  /** A baseline needs no engine, and a dialect says how it is judged. */
  private static final Set<String> OF_ANY_BASELINE = Set.of("--engine", "--dialect");

  @Spec private CommandSpec spec;

  @Mixin private Console console;

  @Mixin private ModelArgument model;

  @Section(Section.Of.FILES)
  @Option(
      names = "--data",
      required = true,
      paramLabel = "DATA",
      description = "directory that `elbo prepare` made")
  private Path dataDir;

  @Section(Section.Of.EVALUATION)
  @Option(names = "--on", description = "users to measure on: ${COMPLETION-CANDIDATES}")
  private Part on = Part.test;

  @Section(Section.Of.EVALUATION)
  @Option(
      names = "--metrics",
      split = ",",
      paramLabel = "NAME@K",
      converter = Metrics.Converter.class,
      completionCandidates = Metrics.Names.class,
      description =
          "${COMPLETION-CANDIDATES}, with any cutoff for 100; the last ones are of predicted"
              + " ratings (default: "
              + Measure.DEFAULTS
              + "; "
              + Measure.DEFAULTS_OF_RATINGS
              + " where ratings are predicted)")
  private List<Measure> metrics;

  @Section(Section.Of.FILES)
  @AppliesTo(Family.RANKER)
  @Option(
      names = "--per-user",
      paramLabel = "FILE",
      description = "also write each user's values, as CSV")
  private Path perUser;

  @Mixin private DialectArgument dialect;
  @Mixin private ScoringArguments scoringArguments;
  @Mixin private EngineArguments engine;

  @Override
  public void run() {
    if (perUser != null) {
      AtomicFile.requireFolder(perUser);
    }
    SavedModel saved = model.read(console);
    PreparedData read = PreparedData.read(dataDir);
    var required = new DataRequirements(dataDir, read);
    required.requireKind("the model", saved.ratings().isPresent());
    required.requireHeldOut();
    if (saved.readsItems()) {
      required.requireSameUsers("the model");
    }
    PreparedData data = saved.readsItems() ? read.transposed() : read;
    if (!saved.itemIds().equals(data.itemIds())) {
      throw ElboException.in(
          dataDir,
          "these are not the %,d items that the model knows; evaluate it on the data it was trained"
                  .formatted(saved.itemIds().size())
              + " on");
    }
    if (!saved.description().dataSha256().equals(read.sha256())) {
      console.note(
          "Warning: the model was trained on another split; it may have seen these users.");
    }
    requireApplicable(saved);
    metrics = metrics == null ? Measure.defaults(saved.ratings().isPresent()) : metrics;
    saved
        .ratings()
        .ifPresentOrElse(
            scale -> evaluateRatings(saved, data, scale), () -> evaluateRankings(saved, data));
  }

  /** Refuses options that do nothing; of a baseline, some may be given as for any other model. */
  private void requireApplicable(SavedModel saved) {
    ModelName model = saved.description().run().model();
    Set<String> given =
        new LinkedHashSet<>(Arguments.given(spec.commandLine().getParseResult()).keySet());
    if (model instanceof Baseline) {
      given.removeAll(OF_ANY_BASELINE);
    }
    Family.require(spec, given, model);
  }

  private void evaluateRatings(SavedModel saved, PreparedData data, RatingScale scale) {
    RatingEvaluator evaluator =
        new RatingEvaluator(
            on.of(data),
            console.checked(() -> Measure.require(RatingMetric.class, metrics)),
            scale,
            BATCH_SIZE);
    RatingEvaluation evaluation;
    try (ModelScorer scorer = engine.scorer(saved)) {
      evaluation = evaluator.evaluate(scorer);
    }
    Evaluations.lines(on.name(), evaluation).forEach(console::say);
    console.json(() -> Evaluations.document(on.name(), evaluation));
  }

  private void evaluateRankings(SavedModel saved, PreparedData data) {
    RunOptions run = saved.description().run();
    Scoring scoring = run.scoring();
    boolean plainRecall = run.plainRecall();
    if (dialect.given().isPresent()) {
      ScoringArguments said = RunArguments.parse(dialect.given().get().options()).scoring();
      scoring = said.over(Scoring.LIANG);
      plainRecall = said.plainRecallOver(false);
    }
    scoring = scoringArguments.over(scoring);
    if (scoringArguments.plainRecallOver(plainRecall)) {
      metrics = metrics.stream().map(Metrics::plain).toList();
    }
    List<Metric> ofRankings = console.checked(() -> Measure.require(Metric.class, metrics));
    Evaluator evaluator = new Evaluator(on.of(data), ofRankings, data.train(), BATCH_SIZE);
    Evaluation evaluation;
    try (ModelScorer scorer = engine.scorer(saved, scoring)) {
      evaluation = evaluator.evaluate(scorer);
    }
    if (perUser != null) {
      evaluation.writePerUser(perUser);
    }
    Evaluations.lines(on.name(), evaluation).forEach(console::say);
    console.json(() -> Evaluations.document(on.name(), evaluation));
  }
}
