package dev.elbo.bench;

import dev.elbo.model.Architecture;
import dev.elbo.model.Model;
import dev.elbo.model.ModelOptions;
import java.util.List;
import picocli.CommandLine.Option;

/** The sizes of model and batch that are measured, and Mult-VAE as Liang et al. (2018) train it. */
final class MultVae {

  static final double DROPOUT = 0.5;
  static final double BETA = 0.2;

  @Option(
      names = "--items",
      description = "number of items, I (default: ${DEFAULT-VALUE}, MovieLens-20M)")
  int items = 20108;

  @Option(names = "--batch-size", description = "users in a batch, B (default: ${DEFAULT-VALUE})")
  int batchSize = 500;

  @Option(names = "--hidden", description = "hidden units, H (default: ${DEFAULT-VALUE})")
  int hidden = 600;

  @Option(names = "--latent", description = "latent units, K (default: ${DEFAULT-VALUE})")
  int latent = 200;

  /** The model of these options. */
  Model model() {
    return model(items, hidden, latent);
  }

  /** Mult-VAE of some shape. */
  static Model model(int items, int hidden, int latent) {
    return new ModelOptions(Architecture.MULT_VAE, List.of(hidden), latent, DROPOUT, 0)
        .model(items);
  }

  @Override
  public String toString() {
    return "B=%d, I=%d, H=%d, K=%d".formatted(batchSize, items, hidden, latent);
  }
}
