package dev.elbo.cli;

import dev.elbo.ElboException;
import dev.elbo.cli.options.DataRequirements;
import dev.elbo.cli.options.EngineArguments;
import dev.elbo.cli.options.ModelArgument;
import dev.elbo.cli.options.Positive;
import dev.elbo.cli.run.Metrics;
import dev.elbo.cli.terminal.Comparisons;
import dev.elbo.cli.terminal.Console;
import dev.elbo.data.PreparedData;
import dev.elbo.eval.Evaluation;
import dev.elbo.eval.Evaluator;
import dev.elbo.eval.Measure;
import dev.elbo.eval.Metric;
import dev.elbo.eval.comparison.PairedComparison;
import dev.elbo.eval.comparison.PairedDifference;
import dev.elbo.recommend.ModelScorer;
import dev.elbo.train.SavedModel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code elbo compare}: whether one model is better than another, or only seems so. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description =
        "Compare two models user by user, and say whether they differ by more than noise. Each"
            + " scores as it was trained to.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  elbo compare model ease --data prepared",
      "  elbo compare model ease --data prepared --metrics ndcg@100,recall@20"
    })
final class CompareCommand implements Runnable {

  @Mixin private Console console;

  @Parameters(index = "0", paramLabel = "A", description = "directory of a model")
  private Path a;

  @Parameters(index = "1", paramLabel = "B", description = "directory of another model")
  private Path b;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DATA",
      description = "the prepared data that both were trained on")
  private Path dataDir;

  @Option(names = "--on", description = "users to compare on: ${COMPLETION-CANDIDATES}")
  private EvaluateCommand.Part on = EvaluateCommand.Part.test;

  @Option(
      names = "--metrics",
      split = ",",
      paramLabel = "NAME@K",
      defaultValue = Measure.DEFAULTS,
      converter = Metrics.RankingConverter.class,
      completionCandidates = Metrics.RankingNames.class,
      description = "what to compare; coverage and gini have no value per user and are not tested")
  private List<Metric> metrics;

  @Option(
      names = "--resamples",
      converter = ResamplesConverter.class,
      paramLabel = "N",
      description = "resamples of the users for each interval and each test")
  private int resamples = 10_000;

  @Option(names = "--seed", description = "seed of the resamples")
  private long seed = 98765;

  @Mixin private EngineArguments engine;

  @Override
  public void run() {
    SavedModel modelA = ModelArgument.read(a, console);
    SavedModel modelB = ModelArgument.read(b, console);
    PreparedData data = PreparedData.read(dataDir);
    var required = new DataRequirements(dataDir, data);
    required.requireRankings("compare");
    required.requireHeldOut();
    requireRanks(a, modelA);
    requireRanks(b, modelB);
    String sha256 = data.sha256();
    requireTrainedOn(sha256, a, modelA);
    requireTrainedOn(sha256, b, modelB);
    Evaluator evaluator =
        new Evaluator(on.of(data), metrics, data.train(), EvaluateCommand.BATCH_SIZE);
    Evaluation ofA = evaluate(evaluator, modelA);
    Evaluation ofB = evaluate(evaluator, modelB);
    SequencedMap<Metric, PairedDifference> differences =
        PairedComparison.of(ofA, ofB, resamples, seed);
    console.say("A: %s%nB: %s".formatted(a, b));
    Comparisons.lines(on.name(), ofA, resamples, differences).forEach(console::say);
    console.json(() -> document(ofA, differences));
  }

  private static void requireRanks(Path dir, SavedModel saved) {
    if (saved.ratings().isPresent()) {
      throw ElboException.in(
          dir,
          "the model predicts ratings; compare judges rankings: `elbo evaluate` each model on its"
              + " data");
    }
  }

  private void requireTrainedOn(String sha256, Path dir, SavedModel saved) {
    if (!saved.description().dataSha256().equals(sha256)) {
      throw ElboException.in(
          dir,
          "the model was trained on other data than %s (hash %.12s..., not %.12s...): compare models"
                  .formatted(dataDir, saved.description().dataSha256(), sha256)
              + " on the data that both were trained on");
    }
  }

  private Evaluation evaluate(Evaluator evaluator, SavedModel saved) {
    try (ModelScorer scorer = engine.scorer(saved)) {
      return evaluator.evaluate(scorer);
    }
  }

  private Map<String, Object> document(
      Evaluation users, SequencedMap<Metric, PairedDifference> differences) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("a", a.toString());
    document.put("b", b.toString());
    document.putAll(Comparisons.document(on.name(), users, resamples, seed, differences));
    return document;
  }

  /** Reads a number of resamples: with fewer, an end of the interval is one of a few values. */
  static final class ResamplesConverter implements ITypeConverter<Integer> {
    private static final int FEWEST = 100;

    @Override
    public Integer convert(String text) {
      int resamples = new Positive().convert(text);
      if (resamples < FEWEST) {
        throw new TypeConversionException(
            "expected %d resamples or more, found '%s'".formatted(FEWEST, text));
      }
      return resamples;
    }
  }
}
