package dev.elbo.cli;

import dev.elbo.cli.options.Arguments;
import dev.elbo.cli.options.DataRequirements;
import dev.elbo.cli.options.EngineArguments;
import dev.elbo.cli.options.Family;
import dev.elbo.cli.options.Positive;
import dev.elbo.cli.run.RunArguments;
import dev.elbo.cli.terminal.Console;
import dev.elbo.cli.terminal.Evaluations;
import dev.elbo.cli.terminal.Interruption;
import dev.elbo.cli.terminal.Section;
import dev.elbo.data.PreparedData;
import dev.elbo.io.FolderLock;
import dev.elbo.io.Json;
import dev.elbo.model.KlAnnealing;
import dev.elbo.search.Search;
import dev.elbo.search.SearchSpace;
import dev.elbo.search.SearchTrial;
import dev.elbo.train.Checkpoint;
import dev.elbo.train.RunOptions;
import dev.elbo.train.TrainingOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
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

  /** Where trials differ in what these say, they cannot be compared; lists are handed on. */
  private static final Set<String> OF_ALL_TRIALS =
      Set.of("--select", "--metrics", "--plain-recall");

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
    Map<String, String> common = new TreeMap<>();
    Map<String, String> searched = new TreeMap<>();
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
    SearchSpace space =
        console.checked(
            () ->
                SearchSpace.of(
                    searched, (option, value) -> read(Map.of(option, value)).given().get(option)));
    engine.requireKnown();
    PreparedData data = PreparedData.read(dataDir);
    List<SortedMap<String, String>> options =
        trials == null ? space.grid() : space.random(trials, trialsSeed);
    options.forEach(point -> point.putAll(common));
    List<Search.Point> points = options.stream().map(point -> point(point, data)).toList();
    if (points.stream().allMatch(point -> point.run() instanceof RunOptions.OfBaseline)) {
      Family.require(spec, given.keySet(), points.getFirst().run().model());
    }
    var training = new Training(console, engine, dataDir, () -> data, /* isTrial= */ true);
    Search search =
        new Search(
            out,
            data.sha256(),
            annealBeta,
            points,
            (dir, run) -> train(training, dir, run),
            console::note);
    List<SearchTrial> done = search.run();
    say(space, options, done);
    console.say("Wrote %s".formatted(search.results()));
    console.json(() -> Json.object("results", search.results().toString(), "trials", done));
  }

  private RunArguments read(Map<String, String> options) {
    try {
      return RunArguments.parse(options);
    } catch (ParameterException e) {
      throw console.wrongUsage(e.getMessage());
    }
  }

  /** A trial, once it is certain that it can be made. */
  private Search.Point point(Map<String, String> options, PreparedData data) {
    RunOptions run;
    try {
      run = read(options).begun();
    } catch (ParameterException e) {
      throw console.wrongUsage(e.getMessage());
    }
    Training.requireFit(dataDir, data, run);
    new DataRequirements(dataDir, data).requireHeldOut();
    if (annealBeta) {
      run = annealedToOne(run, options, data.train().rows());
    }
    if (run instanceof RunOptions.OfNetwork network) {
      console.checked(() -> network.on(data).network().model(data.itemIds().size()));
    }
    return new Search.Point(String.join(" ", Arguments.of(options)), run);
  }

  /** A run in which beta rises to 1, in the very last update unless the options say otherwise. */
  private RunOptions annealedToOne(RunOptions run, Map<String, String> options, int users) {
    if (!(run instanceof RunOptions.OfNetwork network) || !network.model().isVariational()) {
      throw console.wrongUsage(
          "--anneal-beta is for models with a KL term, and %s has none".formatted(run.model()));
    }
    if (options.containsKey("--beta-cap")) {
      throw console.wrongUsage("--anneal-beta finds the value of --beta-cap: leave that out");
    }
    TrainingOptions training = network.training();
    if (!(training.annealing() instanceof KlAnnealing.Beta beta)) {
      throw console.wrongUsage(
          "--anneal-beta is for one weight of the KL term for all users, and %s has --gamma"
              .formatted(network.model()));
    }
    if (beta.mean()) {
      throw console.wrongUsage(
          "--anneal-beta is for a KL term that is summed over latent units: leave out --mean-kl");
    }
    int updates =
        TrainingOptions.updatesPerEpoch(users, training.batchSize(), training.dropLastBatch());
    return network.with(training.with(beta.with(1).over((long) training.epochs() * updates, 1)));
  }

  private static void train(Training training, Path dir, RunOptions run) {
    if (Files.exists(Checkpoint.file(dir))) {
      training.resume(dir, _ -> {});
    } else if (!Training.hasBaseline(dir)) {
      training.begin(dir, run);
    }
  }

  private void say(
      SearchSpace space, List<SortedMap<String, String>> points, List<SearchTrial> done) {
    for (SearchTrial trial : done.subList(0, Math.min(SHOWN, done.size()))) {
      SortedMap<String, String> point = points.get(trial.trial() - 1);
      String options =
          space.swept().stream()
              .map(option -> option + "=" + point.get(option))
              .collect(Collectors.joining(" "));
      String found =
          trial.error() != null
              ? "failed"
              : trial.validation().firstEntry().getKey()
                  + " "
                  + Evaluations.text(trial.validation().firstEntry().getValue());
      console.say("trial-%-4d %s  %s".formatted(trial.trial(), found, options));
    }
  }
}
