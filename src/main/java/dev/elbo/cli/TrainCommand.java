package dev.elbo.cli;

import dev.elbo.baseline.Gram;
import dev.elbo.cli.options.EngineArguments;
import dev.elbo.cli.run.RunArguments;
import dev.elbo.cli.terminal.Console;
import dev.elbo.cli.terminal.Section;
import dev.elbo.data.PreparedData;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code elbo train}: from prepared data to a model. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = "Train a model; the epoch that is best on the validation users is kept.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  elbo train --data prepared --out model",
      "  elbo train @ml-1m --data prepared --out model --patience 10",
      "  elbo train --data prepared --out model --schedule plateau --warm-up 500",
      "  elbo train --data prepared --out model --resume",
      "  elbo train --data prepared --out ease --model ease --l2 500"
    })
final class TrainCommand implements Runnable {

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

  @Section(Section.Of.FILES)
  @Option(
      names = "--resume",
      description =
          "continue the run in MODEL, bit for bit as if it had not stopped; options are the run's"
              + " own, but for --engine and --threads")
  private boolean resume;

  @Mixin private RunArguments arguments;
  @Mixin private EngineArguments engine;

  @Override
  public void run() {
    var training =
        new Training(
            console,
            engine,
            dataDir,
            () -> PreparedData.read(dataDir),
            Gram::once,
            /* isTrial= */ false);
    if (resume) {
      training.resume(out, run -> arguments.requireSame(run, out), _ -> false);
    } else {
      training.begin(out, arguments.begun(), _ -> false);
    }
  }
}
