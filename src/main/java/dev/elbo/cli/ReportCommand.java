package dev.elbo.cli;

import dev.elbo.ElboException;
import dev.elbo.cli.options.DataRequirements;
import dev.elbo.cli.options.EngineArguments;
import dev.elbo.cli.options.ModelArgument;
import dev.elbo.cli.options.Positive;
import dev.elbo.cli.terminal.Browser;
import dev.elbo.cli.terminal.Console;
import dev.elbo.cli.terminal.Titles;
import dev.elbo.data.CsrMatrix;
import dev.elbo.data.PreparedData;
import dev.elbo.engine.Scoring;
import dev.elbo.io.AtomicFile;
import dev.elbo.io.Json;
import dev.elbo.recommend.ModelScorer;
import dev.elbo.report.ModelsOfData;
import dev.elbo.report.Report;
import dev.elbo.report.ReportedModel;
import dev.elbo.report.TestUsers;
import dev.elbo.report.Tested;
import dev.elbo.search.SearchFolder;
import dev.elbo.train.SavedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code elbo report}: what trained models are and do, as a page for a browser. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = {
      "Write a report on models as one HTML file, which needs neither a network nor scripts:"
          + " metrics with error bars, curves of training, options, and what the metric depends"
          + " on.",
      "With --data, the best model of each kind on the validation users is also measured on the"
          + " test users, with the popularity of what it recommends, and one user's"
          + " recommendations."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  elbo report model ease --out report.html",
      "  elbo report search --out report.html --data prepared --titles movies.dat"
    })
final class ReportCommand implements Runnable {

  @Mixin private Console console;

  @Parameters(
      arity = "1..*",
      paramLabel = "MODEL",
      description = "directories that `elbo train` made, or `elbo search` for all its trials")
  private List<Path> directories;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "the HTML file to write")
  private Path out;

  @Option(
      names = "--data",
      paramLabel = "DATA",
      description = "the prepared data that models were trained on")
  private Path dataDir;

  @Option(
      names = "--user",
      paramLabel = "ID",
      description =
          "test user to show recommendations for (default: one whose history is of median length)")
  private String user;

  @Option(
      names = "-k",
      converter = Positive.class,
      description = "how many items to recommend to each test user")
  private int k = 10;

  @Mixin private Titles titles;
  @Mixin private EngineArguments engine;
  @Mixin private Browser browser;

  @Override
  public void run() {
    if (dataDir == null && (user != null || titles.isGiven())) {
      throw console.wrongUsage("--user and --titles are about test users: add --data DATA");
    }
    AtomicFile.requireFolder(out);
    titles.read();
    List<ModelsOfData> data = ModelsOfData.of(models());
    Report report = Report.of(data, Optional.ofNullable(dataDir).map(dir -> test(dir, data)));
    AtomicFile.writeString(out, report.html());
    console.say("Wrote %s".formatted(out));
    console.json(() -> document(report));
    browser.show(out.toUri(), console);
  }

  private List<ReportedModel> models() {
    // A directory's own name says enough, unless two have the same.
    Set<Path> names = new LinkedHashSet<>();
    Set<Path> ambiguous = new LinkedHashSet<>();
    for (Path directory : directories) {
      Path name = name(directory);
      if (!names.add(name)) {
        ambiguous.add(name);
      }
    }
    List<ReportedModel> models = new ArrayList<>();
    for (Path directory : directories) {
      Path name = ambiguous.contains(name(directory)) ? directory : name(directory);
      if (SearchFolder.isIn(directory)) {
        List<Path> trials = SearchFolder.finishedTrials(directory);
        if (trials.isEmpty()) {
          throw ElboException.in(directory, "the search has no finished trial yet");
        }
        for (Path trial : trials) {
          String label = name.resolve(trial.getFileName()).toString();
          models.add(ReportedModel.read(label, trial, Optional.of(name.toString())));
        }
      } else {
        models.add(ReportedModel.read(name.toString(), directory, Optional.empty()));
      }
    }
    return models;
  }

  private static Path name(Path directory) {
    Path name = directory.toAbsolutePath().normalize().getFileName();
    return name == null ? directory : name;
  }

  private TestUsers test(Path dir, List<ModelsOfData> all) {
    PreparedData data = PreparedData.read(dir);
    var required = new DataRequirements(dir, data);
    required.requireRankings("report --data");
    required.requireHeldOut();
    String sha256 = data.sha256();
    ModelsOfData models =
        all.stream()
            .filter(one -> one.sha256().equals(sha256))
            .findFirst()
            .orElseThrow(
                () ->
                    ElboException.in(
                        dir,
                        "none of the models was trained on these data (hash %.12s...): give theirs, or leave --data out"
                            .formatted(sha256)));
    int row = user(data);
    List<Tested> tested = new ArrayList<>();
    for (ReportedModel model : models.bestOfEachKind()) {
      SavedModel saved = ModelArgument.read(model.dir(), console);
      Scoring whole = saved.description().run().scoring().ofWholeHistories();
      try (ModelScorer judged = engine.scorer(saved);
          ModelScorer recommending = engine.scorer(saved, whole)) {
        tested.add(Tested.of(model, judged, recommending, data, k, row));
      }
    }
    return new TestUsers(name(dir).toString(), sha256, data, titles.byId(), k, row, tested);
  }

  private int user(PreparedData data) {
    if (user != null) {
      int row = data.test().userIds().indexOf(user);
      if (row < 0) {
        throw ElboException.in(
            dataDir,
            "there is no test user '%s'; they are listed in %s"
                .formatted(user, dataDir.resolve("test-users.txt")));
      }
      return row;
    }
    CsrMatrix histories = data.test().foldIn();
    int[] bySize =
        IntStream.range(0, data.test().size())
            .filter(row -> data.test().heldOut().size(row) > 0)
            .boxed()
            .sorted(Comparator.comparingInt(histories::size))
            .mapToInt(Integer::intValue)
            .toArray();
    if (bySize.length == 0) {
      throw ElboException.in(dataDir, "none of its test users has a held-out item");
    }
    return bySize[bySize.length / 2];
  }

  private Map<String, Object> document(Report report) {
    return Json.object(
        "report",
        out.toString(),
        "data",
        report.chapters().stream().map(chapter -> document(chapter, report.test())).toList());
  }

  private static Map<String, Object> document(Report.Chapter chapter, Optional<TestUsers> test) {
    SequencedMap<String, Object> missing = new LinkedHashMap<>();
    chapter
        .sections()
        .forEach(
            section -> {
              if (section.missing() != null) {
                missing.put(section.title(), section.missing());
              }
            });
    return Json.object(
        "dataSha256",
        chapter.data().sha256(),
        "models",
        chapter.data().models().stream()
            .map(
                model ->
                    Json.object(
                        "modelDir",
                        model.dir().toString(),
                        "kind",
                        model.kind(),
                        "bestEpoch",
                        model.description().bestEpoch(),
                        "validation",
                        model.description().validation(),
                        "test",
                        test.flatMap(users -> users.of(model))
                            .map(tested -> tested.evaluation().byName())
                            .orElse(null)))
            .toList(),
        "missing",
        missing);
  }
}
