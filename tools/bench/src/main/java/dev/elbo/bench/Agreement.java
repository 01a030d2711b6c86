package dev.elbo.bench;

import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineProvider;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Loss;
import dev.elbo.engine.Update;
import dev.elbo.model.Model;
import dev.elbo.random.Noise;

/**
 * Shows on a small model that an engine and PyTorch compute the same thing: with the same
 * parameters, dropout masks and epsilons their losses agree, before the first update and after
 * some, which takes the same gradients and the same Adam.
 */
final class Agreement {

  private static final int USERS = 16;
  private static final int ITEMS = 301;
  private static final int HIDDEN = 24;
  private static final int LATENT = 8;
  private static final int UPDATES = 5;
  private static final double LEARNING_RATE = 0.01;

  /** Relative; float32 sums over a few hundred items are good to a few parts in a million. */
  private static final double TOLERANCE = 1e-4;

  private Agreement() {}

  /**
   * Checks an engine against PyTorch.
   *
   * @param provider the engine
   * @param measured the model
   * @param input PyTorch's form of the first layer
   * @throws IllegalStateException if a loss differs
   */
  static void check(EngineProvider provider, Measured measured, TorchModel.Input input) {
    Model model = measured.model(ITEMS, HIDDEN, LATENT);
    EngineState start = measured.start(model);
    CsrMatrix items = measured.users(USERS, ITEMS);
    Batch batch = Batch.range(items, 0, USERS);
    AdamOptions adam = AdamOptions.of(LEARNING_RATE);
    try (Engine engine = provider.create(model, start, 1);
        TorchModel torch = measured.torch(input, model, start)) {
      TorchBatch torchBatch = torch.batch(items);
      for (int number = 0; number < UPDATES * measured.kinds().size(); number++) {
        Kind kind = measured.kinds().get(number % measured.kinds().size());
        Update update = kind.update(batch, Noise.of(1, number));
        TorchNoise noise = TorchNoise.of(update, model, torch.manager());
        Loss ours = engine.step(update, adam);
        Loss theirs = torch.step(torchBatch, noise, kind.blocks(), adam);
        if (!agree(ours.nll(), theirs.nll())
            || !agree(ours.kl(), theirs.kl())
            || !agree(ours.weightedKl(), theirs.weightedKl())) {
          throw new IllegalStateException(
              "engine %s and PyTorch with %s input differ in update %d of %s: %s and %s"
                  .formatted(provider.name(), input, number, measured, ours, theirs));
        }
      }
    }
  }

  private static boolean agree(double a, double b) {
    return Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
  }
}
