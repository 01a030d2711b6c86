package dev.elbo.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.norm.Dropout;
import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Pass;
import dev.elbo.engine.Update;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.Model;
import dev.elbo.random.Noise;

/** Where PyTorch takes the draws of a pass from. */
interface TorchNoise {

  /** PyTorch's own generator, as its users have it. */
  TorchNoise DRAWN =
      new TorchNoise() {
        @Override
        public NDArray dropout(NDArray input) {
          return Dropout.dropout(input, (float) MultVae.DROPOUT).singletonOrThrow();
        }

        @Override
        public NDArray epsilon(NDManager manager, Shape shape) {
          return manager.randomNormal(shape);
        }
      };

  /** No noise: a scoring pass. */
  TorchNoise NONE =
      new TorchNoise() {
        @Override
        public NDArray dropout(NDArray input) {
          return input;
        }

        @Override
        public NDArray epsilon(NDManager manager, Shape shape) {
          return manager.zeros(shape);
        }
      };

  /**
   * The draws an engine is given.
   *
   * @param update for whom, with which draws
   * @param model what is computed
   * @param manager owner of the arrays
   */
  static TorchNoise of(Update update, Model model, NDManager manager) {
    Noise noise = update.noise();
    Batch batch = update.batch();
    Pass pass = Pass.training(model, update);
    int rows = pass.targets().rows();
    int dropoutLayer = model.layers().indexOf(new LayerSpec.Dropout(MultVae.DROPOUT));
    int gaussianLayer = model.network().encoder().size();
    int latent = model.network().latent().map(LayerSpec.Gaussian::latent).orElse(0);
    CsrMatrix items = batch.items();
    float[] mask = new float[batch.size() * items.columns()];
    float[] storedMask = new float[items.size()];
    float[] epsilon = new float[rows * latent];
    double[] draws = new double[latent];
    for (int user = 0; user < batch.size(); user++) {
      for (int at = items.indptr()[user]; at < items.indptr()[user + 1]; at++) {
        int item = items.indices()[at];
        if (noise.keeps(dropoutLayer, batch.users()[user], item, MultVae.DROPOUT)) {
          storedMask[at] = (float) (1 / (1 - MultVae.DROPOUT));
          mask[user * items.columns() + item] = storedMask[at];
        }
      }
    }
    for (int row = 0; row < rows && latent > 0; row++) {
      pass.epsilon(gaussianLayer, row, draws);
      for (int k = 0; k < latent; k++) {
        epsilon[row * latent + k] = (float) draws[k];
      }
    }
    NDArray dense = manager.create(mask, new Shape(batch.size(), items.columns()));
    NDArray stored = manager.create(storedMask);
    NDArray normal = manager.create(epsilon, new Shape(rows, latent));
    TorchNoise drawn =
        new TorchNoise() {
          @Override
          public NDArray dropout(NDArray input) {
            return input.mul(input.getShape().dimension() == 2 ? dense : stored);
          }

          @Override
          public NDArray epsilon(NDManager unused, Shape shape) {
            return normal;
          }
        };
    return noise.dropsNothing() ? drawn.withoutDropout() : drawn;
  }

  /** The same epsilon without dropout. */
  default TorchNoise withoutDropout() {
    TorchNoise whole = this;
    return new TorchNoise() {
      @Override
      public NDArray dropout(NDArray input) {
        return input;
      }

      @Override
      public NDArray epsilon(NDManager manager, Shape shape) {
        return whole.epsilon(manager, shape);
      }
    };
  }

  /**
   * Drops input values and scales the others.
   *
   * @param input dense input {@code [B, I]}, or its stored values {@code [N]}. Not modified.
   */
  NDArray dropout(NDArray input);

  /**
   * Standard normal values.
   *
   * @param manager owner of a new array
   * @param shape {@code [B, K]}
   */
  NDArray epsilon(NDManager manager, Shape shape);
}
