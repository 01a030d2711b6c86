package dev.elbo.bench;

import dev.elbo.model.Architecture;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.Model;
import dev.elbo.model.ModelOptions;
import java.util.List;
import picocli.CommandLine.Option;

/** The model and the batch that are measured: Mult-VAE as Liang et al. (2018) train it. */
final class MultVae {

  static final double DROPOUT = 0.5;
  static final double BETA = 0.2;
  static final int DROPOUT_LAYER = 1;
  static final int GAUSSIAN_LAYER = 5;

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
    Model model =
        new ModelOptions(Architecture.MULT_VAE, List.of(hidden), latent, DROPOUT, 0).model(items);
    if (!(model.layers().get(DROPOUT_LAYER) instanceof LayerSpec.Dropout)
        || !(model.layers().get(GAUSSIAN_LAYER) instanceof LayerSpec.Gaussian)) {
      throw new IllegalStateException("Mult-VAE has changed: " + model.layers());
    }
    return model;
  }

  @Override
  public String toString() {
    return "B=%d, I=%d, H=%d, K=%d".formatted(batchSize, items, hidden, latent);
  }
}
