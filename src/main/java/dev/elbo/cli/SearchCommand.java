package dev.elbo.cli;

import dev.elbo.ElboException;
import dev.elbo.data.PreparedData;
import dev.elbo.io.AtomicFile;
import dev.elbo.io.FolderLock;
import dev.elbo.io.Json;
import dev.elbo.model.BaselineOptions;
import dev.elbo.train.Checkpoint;
import dev.elbo.train.Checkpoint.Progress;
import dev.elbo.train.Criterion;
import dev.elbo.train.SavedModel;
import dev.elbo.train.TrainingOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine;
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
    modelTransformer = SearchCommand.OptionsOfTrain.class,
    description = {
      "Train once for each combination of options, and list the best. Options are those of `train`;"
          + " each may be a list, a range, or both: --latent 100,200 --hidden 300..900:300,600x300"
          + " --dropout 0.3,0.5. Commas separate trials; 300..900:300 is 300, 600 and 900; 600x300"
          + " is two layers.",
      "The same command again continues a search that was stopped."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  elbo search --data prepared --out search --latent 100,200 --hidden 600,600x300",
      "  elbo search --data prepared --out search --dropout 0.1..0.7:0.1 --trials 5",
      "  elbo search --data prepared --out search --anneal-beta --hidden 600,none"
    })
final class SearchCommand implements Runnable {

  /** Options of {@code train} that this command sets itself, or has of its own. */
  private static final Set<String> OWN =
      Set.of(
          "--data",
          "--out",
          "--resume",
          "--json",
          "--help",
          "--version",
          "--trials",
          "--trials-seed",
          "--anneal-beta");

  /** Where trials differ in what these say, they cannot be compared; lists are handed on. */
  private static final Set<String> OF_ALL_TRIALS =
      Set.of("--select", "--metrics", "--plain-recall", "--threads");

  private static final String SEARCH = "search.json";
  private static final String TRIAL = "trial.json";
  private static final String RESULTS = "results.csv";
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

  /**
   * What a search is: a search that goes on must be the same.
   *
   * @param dataSha256 hash of the data
   * @param annealBeta whether each trial is made of two runs
   * @param trials the options of each trial, in order; of its first run, if it is made of two
   */
  private record Search(
      String dataSha256, boolean annealBeta, List<SortedMap<String, String>> trials) {}

  /** Adds the options of {@code train}, as text. */
  static final class OptionsOfTrain implements IModelTransformer {
    @Override
    public CommandSpec transform(CommandSpec search) {
      for (OptionSpec option : CommandSpec.forAnnotatedObject(new TrainCommand()).options()) {
        if (!OWN.contains(option.longestName())) {
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
    SortedMap<String, String> common = new TreeMap<>();
    SortedMap<String, String> searched = new TreeMap<>();
    Arguments.given(spec.commandLine().getParseResult())
        .forEach(
            (option, value) -> {
              if (OF_ALL_TRIALS.contains(option)) {
                common.put(option, value);
              } else if (!OWN.contains(option)) {
                searched.put(option, value);
              }
            });
    SearchSpace space = console.checked(() -> SearchSpace.of(searched, meaning()));
    PreparedData data = PreparedData.read(dataDir);
    List<SortedMap<String, String>> points =
        trials == null ? space.grid() : space.random(trials, trialsSeed);
    points.forEach(point -> point.putAll(common));
    if (annealBeta) {
      points.forEach(point -> annealToOne(point, data));
    }
    Search search =
        new Search(
            data.sha256(), annealBeta, points.stream().map(point -> checked(point, data)).toList());
    begin(search);

    List<SearchTrial> done = new ArrayList<>();
    for (int trial = 1; trial <= points.size(); trial++) {
      done.add(trial(trial, points.get(trial - 1), search));
      done.sort(SearchTrial.BEST_FIRST);
      SearchTrial.write(out.resolve(RESULTS), done);
    }
    if (done.getFirst().error() != null) {
      throw ElboException.in(out, "every trial failed; the first: " + done.getFirst().error());
    }
    say(space, done);
    console.json(
        () -> {
          Map<String, Object> document = new LinkedHashMap<>();
          document.put("results", out.resolve(RESULTS).toString());
          document.put("trials", done);
          return document;
        });
  }

  /** What the text of an option's value means to {@code train}: its text once it is parsed. */
  private BinaryOperator<String> meaning() {
    CommandLine train = ConstantConverter.register(new CommandLine(new TrainCommand()));
    return (option, value) -> {
      try {
        return Arguments.given(train.parseArgs("--data=", "--out=", option + "=" + value))
            .get(option);
      } catch (ParameterException e) {
        throw console.wrongUsage(e.getMessage());
      }
    };
  }

  /** Whether a directory is one that this command made. */
  static boolean isSearch(Path dir) {
    return Files.isRegularFile(dir.resolve(SEARCH));
  }

  /**
   * The model directories of the trials that were finished and did not fail, by number.
   *
   * @param search a directory that this command made
   */
  static List<Path> finishedTrials(Path search) {
    int trials = Json.read(search.resolve(SEARCH), Search.class).trials().size();
    return IntStream.rangeClosed(1, trials)
        .mapToObj(trial -> directory(search, trial))
        .filter(dir -> Files.exists(dir.resolve(TRIAL)))
        .toList();
  }

  private static Path directory(Path search, int trial) {
    return search.resolve("trial-" + trial);
  }

  private TrainCommand train(Path dir, Map<String, String> options) {
    Map<String, String> args = new LinkedHashMap<>(options);
    args.put("--data", dataDir.toString());
    args.put("--out", dir.toString());
    TrainCommand train = new TrainCommand();
    List<String> line = new ArrayList<>(List.of(Arguments.of(args)));
    if (Files.exists(Checkpoint.file(dir))) {
      line.add("--resume");
    }
    ConstantConverter.register(new CommandLine(train))
        .setOut(console.err())
        .setErr(console.err())
        .parseArgs(line.toArray(String[]::new));
    return train;
  }

  /** All options of a trial: what it is. */
  private SortedMap<String, String> checked(Map<String, String> given, PreparedData data) {
    try {
      return new TreeMap<>(train(out, given).checkedOptions(data));
    } catch (ParameterException e) {
      throw console.wrongUsage(e.getMessage());
    }
  }

  /**
   * Sets the options of a run in which beta rises to 1, in the very last update unless they say
   * otherwise.
   */
  private void annealToOne(SortedMap<String, String> point, PreparedData data) {
    SortedMap<String, String> options = checked(point, data);
    if (!options.containsKey("--beta-cap")) {
      throw console.wrongUsage(
          "--anneal-beta is for models with a KL term, and %s has none"
              .formatted(options.get("--model")));
    }
    if (point.put("--beta-cap", "1") != null) {
      throw console.wrongUsage("--anneal-beta finds the value of --beta-cap: leave that out");
    }
    if (Boolean.parseBoolean(options.get("--mean-kl"))) {
      throw console.wrongUsage(
          "--anneal-beta is for a KL term that is summed over latent units: leave out --mean-kl");
    }
    int updates =
        TrainingOptions.updatesPerEpoch(
            data.train().rows(),
            Integer.parseInt(options.get("--batch-size")),
            Boolean.parseBoolean(options.get("--drop-last-batch")));
    point.putIfAbsent(
        "--anneal-updates", Long.toString(Long.parseLong(options.get("--epochs")) * updates));
  }

  /** Begins the search, or finds what an earlier call of the same one left. */
  private void begin(Search search) {
    Path file = out.resolve(SEARCH);
    AtomicFile.deleteLeftovers(file);
    AtomicFile.deleteLeftovers(out.resolve(RESULTS));
    if (!Files.exists(file)) {
      Json.write(file, search);
    } else if (!Json.read(file, Search.class).equals(search)) {
      throw ElboException.in(
          out,
          "there is a search already, of other data or options: give its own to continue it, or"
              + " choose another --out");
    }
  }

  /** What came of a trial, which is made or finished now if it was not before. */
  private SearchTrial trial(int trial, SortedMap<String, String> given, Search search) {
    Path dir = directory(out, trial);
    Path result = dir.resolve(TRIAL);
    if (Files.exists(result)) {
      return Json.read(result, SearchTrial.class);
    }
    if (Files.exists(dir)) {
      settle(dir);
    }
    SortedMap<String, String> options = search.trials().get(trial - 1);
    console.note(
        "Trial %d of %d: %s"
            .formatted(trial, search.trials().size(), String.join(" ", Arguments.of(given))));
    try {
      if (annealBeta) {
        options = trainTwice(dir, given, options);
      } else if (!isFitted(dir)) {
        train(dir, given).run();
      }
    } catch (ElboException e) {
      if (e.file().isPresent()) {
        throw e; // Not a fault of the options: when it is mended, the search goes on.
      }
      console.note("Trial %d failed: %s".formatted(trial, e.getMessage()));
      return new SearchTrial(trial, options, 0, new LinkedHashMap<>(), e.getMessage());
    }
    SavedModel.Description model = SavedModel.read(dir).description();
    SearchTrial done = new SearchTrial(trial, options, model.bestEpoch(), model.validation(), null);
    Json.write(result, done);
    return done;
  }

  /** Removes what a trial that was stopped has left beside its model. */
  private void settle(Path dir) {
    try (FolderLock _ = console.lock(dir)) {
      SavedModel.settle(dir);
      Stream.of(TRIAL, BetaSearch.CSV, BetaSearch.PICTURE)
          .map(dir::resolve)
          .forEach(AtomicFile::deleteLeftovers);
    }
  }

  /** Makes the two runs of a trial, and returns the options of the second. */
  private SortedMap<String, String> trainTwice(
      Path dir, SortedMap<String, String> given, SortedMap<String, String> options) {
    Path first = dir.resolve(BetaSearch.ANNEALED);
    train(first, given).run();
    Progress annealed = Checkpoint.progress(first);
    // The first metric is what chose the epoch; --select may be another, under --plain-recall.
    Criterion criterion =
        Criterion.parse(annealed.epochs().getFirst().validation().firstEntry().getKey());
    double cap = BetaSearch.cap(annealed);
    console.note(
        "%s is best in epoch %d, where beta is %s: again, with that for --beta-cap"
            .formatted(criterion.name(), annealed.bestEpoch(), cap));
    var capped = new TreeMap<>(options);
    capped.put("--beta-cap", Double.toString(cap));
    var again = new TreeMap<>(given);
    again.put("--beta-cap", Double.toString(cap));
    train(dir, again).run();
    new BetaSearch(criterion, annealed.epochs(), cap, Checkpoint.progress(dir).epochs())
        .write(dir, console);
    return capped;
  }

  /** Whether there is a baseline, which is whole; a network may be that of a run's first epoch. */
  private static boolean isFitted(Path dir) {
    return SavedModel.isIn(dir) && SavedModel.describe(dir).model() instanceof BaselineOptions;
  }

  private void say(SearchSpace space, List<SearchTrial> done) {
    for (SearchTrial trial : done.subList(0, Math.min(SHOWN, done.size()))) {
      String options =
          space.swept().stream()
              .map(option -> option + "=" + trial.options().get(option))
              .collect(Collectors.joining(" "));
      String found =
          trial.error() != null
              ? "failed"
              : trial.validation().firstEntry().getKey()
                  + " "
                  + Metrics.text(trial.validation().firstEntry().getValue());
      console.say("trial-%-4d %s  %s".formatted(trial.trial(), found, options));
    }
    console.say("Wrote %s".formatted(out.resolve(RESULTS)));
  }
}
