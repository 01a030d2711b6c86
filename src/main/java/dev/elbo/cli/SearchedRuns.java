package dev.elbo.cli;

import dev.elbo.cli.options.Arguments;
import dev.elbo.cli.options.DataRequirements;
import dev.elbo.cli.run.RunArguments;
import dev.elbo.cli.terminal.Console;
import dev.elbo.data.PreparedData;
import dev.elbo.model.KlAnnealing;
import dev.elbo.search.Search;
import dev.elbo.train.RunOptions;
import dev.elbo.train.TrainingOptions;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.ParameterException;

/**
 * The runs of a search, from the options of each.
 *
 * @param console says what is wrong with them
 * @param dataDir where the data lies
 * @param data what is trained on
 * @param annealBeta whether beta is to rise to 1 in each
 */
record SearchedRuns(Console console, Path dataDir, PreparedData data, boolean annealBeta) {

  /** What is given of a run. */
  static RunArguments read(Console console, Map<String, String> options) {
    try {
      return RunArguments.parse(options);
    } catch (ParameterException e) {
      throw console.wrongUsage(e.getMessage());
    }
  }

  /** A run that begins. */
  static RunOptions begun(Console console, Map<String, String> options) {
    try {
      return read(console, options).begun();
    } catch (ParameterException e) {
      throw console.wrongUsage(e.getMessage());
    }
  }

  /** A trial, once it is certain that it can be made. */
  Search.Point point(Map<String, String> options) {
    RunOptions run = begun(console, options);
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
}
