package dev.elbo.spark;

import dev.elbo.ElboException;
import dev.elbo.cli.TrainingFiles;
import dev.elbo.cli.options.EngineArguments;
import dev.elbo.cli.options.Positive;
import dev.elbo.cli.run.RunArguments;
import dev.elbo.cli.terminal.Console;
import dev.elbo.cli.terminal.Section;
import dev.elbo.train.RunOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code train}: a network by many machines together. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = {
      "Train a model on many machines: each batch is shared among tasks, which average their"
          + " gradients in each update, or their parameters now and then.",
      "The driver validates after each epoch and writes the model, as `elbo train` does."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tools/spark/run train --data prepared --out model --tasks 4",
      "  tools/spark/run train --data prepared --out model --average parameters --every 10"
    })
final class TrainJob implements Runnable {

  /** What is averaged. */
  enum Average {
    gradients,
    parameters
  }

  @Mixin private Console console;
  @Mixin private TrainingFiles files;
  @Mixin private RunArguments arguments;
  @Mixin private EngineArguments engine;

  @Section(Section.Of.RUNNING)
  @Option(
      names = "--tasks",
      converter = Positive.class,
      paramLabel = "N",
      description =
          "how many tasks train together, each on spark.task.cpus threads (default: as many as run"
              + " at a time)")
  private Integer tasks;

  @Section(Section.Of.RUNNING)
  @Option(
      names = "--average",
      description =
          "what the tasks average: gradients, in each update, which is one machine's up to"
              + " rounding; or parameters, which sends less. One of ${COMPLETION-CANDIDATES}"
              + " (default: gradients)")
  private Average average = Average.gradients;

  @Section(Section.Of.RUNNING)
  @Option(
      names = "--every",
      converter = Positive.class,
      paramLabel = "N",
      description = "for parameters: after how many updates (default: 10)")
  private Integer every;

  @Override
  public void run() {
    if (every != null && average == Average.gradients) {
      throw console.wrongUsage("--every: only --average parameters has it; leave the option out");
    }
    if (!engine.name().equals("fast")) {
      throw console.wrongUsage(
          "--engine: expected fast, which tasks train with, found '%s'; leave the option out"
              .formatted(engine.name()));
    }
    engine.complete("fast"); // a run that another engine began goes on with this one
    if (arguments.begun() instanceof RunOptions.OfBaseline) {
      throw console.wrongUsage("--model: a baseline is fitted on one machine; use `elbo train`");
    }
    Averaging averaging =
        switch (average) {
          case gradients -> new Averaging.OfGradients();
          case parameters -> new Averaging.OfParameters(every == null ? 10 : every);
        };
    try (Cluster cluster = Cluster.of("elbo train")) {
      int most = cluster.tasksAtATime(tasks == null ? Integer.MAX_VALUE : tasks);
      int count = tasks == null ? most : tasks;
      if (count > most) {
        throw new ElboException(
            "tasks: expected at most %d, which Spark can run at a time, found %d"
                .formatted(most, count));
      }
      files.train(
          arguments,
          engine,
          console,
          run -> new SharedUpdates(cluster.context(), run, engine.name(), count, averaging));
    }
  }
}
