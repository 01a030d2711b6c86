package dev.elbo.bench;

import dev.elbo.engine.AdamOptions;
import dev.elbo.train.OutputSampler;
import dev.elbo.train.Sampling;
import dev.elbo.train.Sampling.LogUniform;
import dev.elbo.train.Sampling.Popularity;
import dev.elbo.train.Sampling.Proposal;
import dev.elbo.train.Sampling.Uniform;
import picocli.CommandLine.Option;

/** Which outputs are sampled, and whether Adam is lazy. */
final class SampledOutputs {

  @Option(
      names = "--sampled-items",
      paramLabel = "M",
      description = "items that are drawn for an update (default: ${DEFAULT-VALUE}, all)")
  int items = 0;

  @Option(
      names = "--sampling",
      paramLabel = "PROPOSAL",
      description =
          "uniform, log-uniform, or the power of an item's users (default: ${DEFAULT-VALUE})")
  private String proposal = Double.toString(Popularity.DEFAULT_POWER);

  @Option(names = "--lazy-adam", description = "leave rows until they are needed")
  private boolean lazy;

  /** Draws outputs; of all items, if none are to be sampled. */
  OutputSampler sampler(int[] users) {
    return new OutputSampler(
        new Sampling(items == 0 ? users.length : items, proposal(proposal)), users);
  }

  /** A proposal by its name, or by its power. */
  static Proposal proposal(String name) {
    return switch (name) {
      case "uniform" -> new Uniform();
      case "log-uniform" -> new LogUniform();
      default -> new Popularity(Double.parseDouble(name));
    };
  }

  /** The optimizer. */
  AdamOptions adam(double learningRate) {
    return AdamOptions.of(learningRate).with(lazy);
  }
}
