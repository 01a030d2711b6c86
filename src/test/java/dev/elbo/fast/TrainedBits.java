package dev.elbo.fast;

import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Update;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.io.Safetensors;
import dev.elbo.io.Sha256;
import dev.elbo.linalg.VectorMath;
import dev.elbo.model.Architecture;
import dev.elbo.model.Model;
import dev.elbo.model.ModelOptions;
import dev.elbo.model.Parameters;
import dev.elbo.random.Noise;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A program of its own: trains a little and says on how many lanes, and to which bits it came. */
final class TrainedBits {

  private static final int USERS = 37;

  /** More than a block of the output layer, and no multiple of any width. */
  private static final int ITEMS = 5003;

  private TrainedBits() {}

  /** Prints the number of lanes and the SHA-256 of the parameters after three updates. */
  public static void main(String[] args) {
    System.out.println(VectorMath.SPECIES.length() + " " + sha256(2));
  }

  static String sha256(int threads) {
    Model model = new ModelOptions(Architecture.MULT_VAE, List.of(107), 31, 0.5, 1e-4).model(ITEMS);
    CsrMatrix matrix = RandomValues.sparse(USERS, ITEMS, new SplittableRandom(1));
    Batch batch = Batch.range(matrix, 0, USERS);
    EngineState initial = EngineState.initial(Parameters.initial(model, 1));
    try (Engine engine = new FastEngineProvider().create(model, initial, threads)) {
      for (int update = 0; update < 3; update++) {
        engine.step(Update.of(batch, Noise.of(1, update), 0.2), AdamOptions.of(1e-3));
      }
      Parameters parameters = engine.state().parameters();
      return Sha256.of(out -> Safetensors.write(out, parameters.tensors(), Map.of()));
    }
  }
}
