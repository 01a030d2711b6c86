package dev.elbo.cli;

import dev.elbo.baseline.Gram;
import dev.elbo.cli.options.EngineArguments;
import dev.elbo.cli.options.ModelArgument;
import dev.elbo.cli.run.RunArguments;
import dev.elbo.cli.terminal.Console;
import dev.elbo.cli.terminal.Section;
import dev.elbo.data.PreparedData;
import dev.elbo.train.EpochUpdates;
import dev.elbo.train.RunOptions;
import dev.elbo.train.SavedModel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** From prepared data to a model, whoever makes the updates. */
public final class TrainingFiles {

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

  @Section(Section.Of.FILES)
  @Option(
      names = "--resume",
      description =
          "continue the run in MODEL, bit for bit as if it had not stopped; options are the run's"
              + " own, but for --engine and --threads")
  private boolean resume;

  @Section(Section.Of.FILES)
  @Option(
      names = "--from",
      paramLabel = "MODEL",
      description =
          "start from the parameters of a trained network, matched by the ids of items, instead of"
              + " drawn ones; options are those of its run, with beta at its cap, but for those"
              + " given here")
  private Path from;

  /**
   * Trains as the options say.
   *
   * @param arguments options of the run
   * @param engine which engine computes
   * @param console where to say how it goes
   * @param updates gives what makes the updates of a network, for its run's options
   */
  public void train(
      RunArguments arguments,
      EngineArguments engine,
      Console console,
      Function<RunOptions.OfNetwork, EpochUpdates> updates) {
    var training =
        new Training(
            console,
            engine,
            dataDir,
            () -> PreparedData.read(dataDir),
            Gram::once,
            updates,
            /* isTrial= */ false);
    if (resume && from != null) {
      throw console.wrongUsage("--from does nothing beside --resume: leave it out");
    }
    if (resume) {
      training.resume(out, run -> arguments.requireSame(run, out), _ -> false);
    } else {
      Optional<SavedModel> start =
          Optional.ofNullable(from).map(dir -> ModelArgument.read(dir, console));
      RunOptions run =
          start.map(model -> arguments.from(model.description().run())).orElseGet(arguments::begun);
      training.begin(out, run, start, _ -> false);
    }
  }
}
