package dev.elbo.cli;

import dev.elbo.baseline.Gram;
import dev.elbo.cli.options.Arguments;
import dev.elbo.cli.options.DurationConverter;
import dev.elbo.cli.options.EngineArguments;
import dev.elbo.cli.options.Family;
import dev.elbo.cli.options.Positive;
import dev.elbo.cli.run.RunArguments;
import dev.elbo.cli.terminal.Console;
import dev.elbo.cli.terminal.Interruption;
import dev.elbo.cli.terminal.Section;
import dev.elbo.data.PreparedData;
import dev.elbo.io.FolderLock;
import dev.elbo.io.Json;
import dev.elbo.model.ModelName;
import dev.elbo.search.BudgetSearch;
import dev.elbo.search.HalvedTrial;
import dev.elbo.search.Search;
import dev.elbo.search.SearchSpace;
import dev.elbo.search.SearchTrial;
import dev.elbo.train.Checkpoint;
import dev.elbo.train.Checkpoint.Progress;
import dev.elbo.train.RunOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code elbo search}: trains with many options, and ranks them on the validation users. */
@Command(
    name = "search",
    mixinStandardHelpOptions = true,
    modelTransformer = SearchCommand.OptionsOfRun.class,
    description = {
      "Train once for each combination of options, and list the best. Options are those of `train`;"
          + " each may be a list, a range, or both: --latent 100,200 --hidden 300..900:300,600x300"
          + " --dropout 0.3,0.5. Commas separate trials; 300..900:300 is 300, 600 and 900,"
          + " 100..400:x2 is 100, 200 and 400; 600x300 is two layers.",
      "The same command again continues a search that was stopped."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  elbo search --data prepared --out search --latent 100,200 --hidden 600,600x300",
      "  elbo search --data prepared --out search --dropout 0.1..0.7:0.1 --trials 5",
      "  elbo search --data prepared --out search --budget 30m --model recvae",
      "  elbo search --data prepared --out search --anneal-beta --hidden 600,none"
    })
final class SearchCommand implements Runnable {

  private static final String MODEL = "--model";

  /** Where trials differ in what these say, they cannot be compared; lists are handed on. */
  private static final Set<String> OF_ALL_TRIALS =
      Set.of("--select", "--metrics", "--plain-recall");

  /** Within a budget, trials that differ in these would stand at other epochs, or are not alike. */
  private static final Set<String> OF_EQUAL_EPOCHS =
      Set.of(MODEL, "--dialect", "--epochs", "--recipe", "--encoder-epochs", "--decoder-epochs");

  private static final int SHOWN = 10;

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
      paramLabel = "DIR",
      description = "directory for results.csv and a directory for each trial")
  private Path out;

  @Section(Section.Of.SEARCH)
  @Option(
      names = "--trials",
      converter = Positive.class,
      paramLabel = "N",
      description = "make N different ones of the combinations, drawn at random (default: all)")
  private Integer trials;

  @Section(Section.Of.SEARCH)
  @Option(
      names = "--budget",
      converter = DurationConverter.class,
      paramLabel = "TIME",
      description =
          "draw combinations for so long, as 90s, 30m or 1h30m; of networks, the best third at"
              + " each of four rungs is trained three times as far, and the others are given up;"
              + " without lists and ranges, a space of the model's own is searched")
  private Duration budget;

  @Section(Section.Of.SEARCH)
  @Option(
      names = "--trials-seed",
      paramLabel = "SEED",
      description = "seed of that draw (default: 98765); --seed is that of each training")
  private long trialsSeed = 98765;

  @Section(Section.Of.SEARCH)
  @Option(
      names = "--anneal-beta",
      description =
          "find --beta-cap of each combination as Liang et al. (2018) do: train with beta rising to"
              + " 1 over the run, then again with beta rising to that of the best epoch")
  private boolean annealBeta;

  @Mixin private EngineArguments engine;

  /** Adds the options of a run, as text. */
  static final class OptionsOfRun implements IModelTransformer {
    @Override
    public CommandSpec transform(CommandSpec search) {
      for (OptionSpec option : RunArguments.options()) {
        search.addOption(
            OptionSpec.builder(option.names())
                .type(String.class)
                .arity(option.arity().toString())
                .fallbackValue(option.fallbackValue())
                .paramLabel("VALUES")
                .description("see `elbo train --help`")
                .userObject(option.userObject()) // its section
                .build());
      }
      return search;
    }
  }

  @Override
  public void run() {
    try (FolderLock _ = console.lock(out);
        var _ =
            new Interruption(
                console,
                () ->
                    "Stopped. The same `elbo search` command continues: finished trials and epochs"
                        + " are kept.")) {
      search();
    }
  }

  private void search() {
    Map<String, String> given = Arguments.given(spec.commandLine().getParseResult());
    SortedMap<String, String> common = new TreeMap<>();
    SortedMap<String, String> searched = new TreeMap<>();
    Set<String> ofRun =
        RunArguments.options().stream().map(OptionSpec::longestName).collect(Collectors.toSet());
    given.forEach(
        (option, value) -> {
          if (OF_ALL_TRIALS.contains(option)) {
            common.put(option, value);
          } else if (ofRun.contains(option)) {
            searched.put(option, value);
          }
        });
    SearchSpace space = space(searched);
    if (budget != null) {
      requireFitBudget(space);
      space = space.swept().isEmpty() ? usual(searched, space.first()) : space;
    }
    engine.requireKnown();
    PreparedData data = PreparedData.read(dataDir);
    var runs = new SearchedRuns(console, dataDir, data, annealBeta);
    Gram gram = Gram.kept(data.train());
    var training =
        new Training(console, engine, dataDir, () -> data, _ -> gram, /* isTrial= */ true);
    if (budget == null) {
      searchAll(given.keySet(), common, space, runs, training);
    } else {
      searchWithinBudget(given.keySet(), common, space, runs, training);
    }
  }

  private SearchSpace space(Map<String, String> options) {
    return console.checked(
        () ->
            SearchSpace.of(
                options,
                (option, value) ->
                    SearchedRuns.read(console, Map.of(option, value)).given().get(option)));
  }

  private void requireFitBudget(SearchSpace space) {
    if (trials != null) {
      throw console.wrongUsage(
          "--budget makes as many trials as there is time for: leave out --trials");
    }
    if (annealBeta) {
      throw console.wrongUsage(
          "--budget gives up most trials early, and --anneal-beta trains each to its end, and"
              + " again: leave out one of them");
    }
    for (String option : space.swept()) {
      if (OF_EQUAL_EPOCHS.contains(option)) {
        throw console.wrongUsage(
            "--budget compares trials of one model after the same epochs: give one value of "
                + option);
      }
    }
  }

  /**
   * What is searched if no option has several values: the space of the model, but for what is
   * given, and for what would do nothing beside it.
   *
   * @param given as on the command line
   * @param point the same as `train` takes it
   */
  private SearchSpace usual(Map<String, String> given, SortedMap<String, String> point) {
    ModelName model = SearchedRuns.begun(console, point).model();
    var options = new TreeMap<>(given);
    SearchSpace.usual(model)
        .forEach(
            (option, values) -> {
              var first = SearchSpace.of(Map.of(option, values), (_, value) -> value).first();
              if (!given.containsKey(option) && isTaken(point, first)) {
                options.put(option, values);
              }
            });
    console.note("Searches %s".formatted(String.join(" ", Arguments.of(options))));
    return space(options);
  }

  /** Whether a run may have options beside others. */
  private boolean isTaken(Map<String, String> options, Map<String, String> others) {
    var together = new TreeMap<>(options);
    together.putAll(others);
    try {
      SearchedRuns.begun(console, together);
      return true;
    } catch (ParameterException _) {
      return false;
    }
  }

  private void searchAll(
      Set<String> given,
      Map<String, String> common,
      SearchSpace space,
      SearchedRuns runs,
      Training training) {
    List<SortedMap<String, String>> options =
        trials == null ? space.grid() : space.random(trials, trialsSeed);
    options.forEach(point -> point.putAll(common));
    List<Search.Point> points = options.stream().map(runs::point).toList();
    requireEffect(given, points);
    Search search =
        new Search(
            out,
            runs.data().sha256(),
            annealBeta,
            points,
            (dir, run) -> train(training, dir, run, _ -> false),
            console::note);
    List<SearchTrial> done = search.run();
    say(space, trial -> options.get(trial - 1), done);
    console.say("Wrote %s".formatted(search.results()));
    console.json(() -> Json.object("results", search.results().toString(), "trials", done));
  }

  private void searchWithinBudget(
      Set<String> given,
      Map<String, String> common,
      SearchSpace space,
      SearchedRuns runs,
      Training training) {
    Function<SortedMap<String, String>, Search.Point> point =
        options -> {
          options.putAll(common);
          return runs.point(options);
        };
    requireEffect(given, space.eachValue().stream().map(point).toList());
    BudgetSearch search =
        new BudgetSearch(
            out,
            runs.data().sha256(),
            new BudgetSearch.Budget(budget, System::nanoTime),
            space,
            trialsSeed,
            drawn -> possible(point, drawn),
            (dir, run, enough) -> train(training, dir, run, enough),
            console::note);
    List<HalvedTrial> done = search.run();
    IntFunction<SortedMap<String, String>> draws = space.draws(trialsSeed);
    say(space, trial -> draws.apply(trial - 1), done.stream().map(HalvedTrial::trial).toList());
    console.say(
        "%,d of %,d combinations%s, %.1f s; the best model is %s"
            .formatted(
                done.size(),
                space.size(),
                search.leftOut() == 0 ? "" : ", %,d left out".formatted(search.leftOut()),
                search.seconds(),
                search.best()));
    console.say("Wrote %s".formatted(search.results()));
    console.json(
        () ->
            Json.object(
                "results",
                search.results().toString(),
                "modelDir",
                search.best().toString(),
                "budgetSeconds",
                budget.toNanos() / 1e9,
                "seconds",
                search.seconds(),
                "leftOut",
                search.leftOut(),
                "trials",
                done));
  }

  /** A trial of what was drawn; none if values are refused together that were not one by one. */
  private Optional<Search.Point> possible(
      Function<SortedMap<String, String>, Search.Point> point, SortedMap<String, String> drawn) {
    try {
      return Optional.of(point.apply(drawn));
    } catch (ParameterException e) {
      console.note(
          "Leaves out %s: %s".formatted(String.join(" ", Arguments.of(drawn)), e.getMessage()));
      return Optional.empty();
    }
  }

  /** Of baselines alone, options of networks would do nothing. */
  private void requireEffect(Set<String> given, List<Search.Point> points) {
    if (points.stream().allMatch(point -> point.run() instanceof RunOptions.OfBaseline)) {
      Family.require(spec, given, points.getFirst().run().model());
    }
  }

  private static void train(
      Training training, Path dir, RunOptions run, Predicate<Progress> enough) {
    if (Files.exists(Checkpoint.file(dir))) {
      training.resume(dir, _ -> {}, enough);
    } else if (!Training.hasBaseline(dir)) {
      training.begin(dir, run, Optional.empty(), enough);
    }
  }

  private void say(
      SearchSpace space, IntFunction<SortedMap<String, String>> points, List<SearchTrial> done) {
    for (SearchTrial trial : done.subList(0, Math.min(SHOWN, done.size()))) {
      SortedMap<String, String> point = points.apply(trial.trial());
      String options =
          space.swept().stream()
              .map(option -> option + "=" + point.get(option))
              .collect(Collectors.joining(" "));
      String found =
          trial.error() != null
              ? "failed"
              : trial.validation().firstEntry().getKey()
                  + " "
                  + trial.validation().firstEntry().getValue();
      console.say("trial-%-4d %s  %s".formatted(trial.trial(), found, options));
    }
  }
}
