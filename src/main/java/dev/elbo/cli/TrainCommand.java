package dev.elbo.cli;

import dev.elbo.cli.options.EngineArguments;
import dev.elbo.cli.run.RunArguments;
import dev.elbo.cli.terminal.Console;
import dev.elbo.train.EpochUpdates;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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
      "  elbo train --data newer --out newer-model --from model",
      "  elbo train --data prepared --out ease --model ease --l2 500"
    })
final class TrainCommand implements Runnable {

  @Mixin private Console console;

  @Mixin private TrainingFiles files;
  @Mixin private RunArguments arguments;
  @Mixin private EngineArguments engine;

  @Override
  public void run() {
    files.train(arguments, engine, console, _ -> EpochUpdates.ONE_BY_ONE);
  }
}
