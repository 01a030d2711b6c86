package dev.elbo.fast;

import dev.elbo.baseline.Ials;
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
import dev.elbo.linalg.Workers;
import dev.elbo.model.Architecture;
import dev.elbo.model.BaselineOptions;
import dev.elbo.model.Model;
import dev.elbo.model.ModelOptions;
import dev.elbo.model.Parameters;
import dev.elbo.random.Noise;
import dev.elbo.testing.Example;
import dev.elbo.testing.ThreadsContract;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * A program of its own: trains every example, a model of many items, and iALS a little, and says on
 * how many lanes, and to which bits it came.
 */
final class TrainedBits {

  private static final AdamOptions ADAM = AdamOptions.of(1e-3);

  private static final int USERS = 37;

  /** More than a block of the output layer, and no multiple of any width. */
  private static final int ITEMS = 5003;

  private TrainedBits() {}

  /** Prints the number of lanes and the SHA-256 of the parameters after three updates. */
  public static void main(String[] args) {
    System.out.println(VectorMath.SPECIES.length() + " " + sha256(2));
  }

  static String sha256(int threads) {
    return Sha256.of(
        out -> {
          for (Example example :
              Stream.concat(Stream.of(manyItems()), ThreadsContract.examples()).toList()) {
            Safetensors.write(out, trained(example, false, ADAM, threads).tensors(), Map.of());
          }
          for (Example example : List.of(manyItems(), Example.MULT_VAE)) {
            Safetensors.write(out, trained(example, true, ADAM, threads).tensors(), Map.of());
          }
          Example rare = manyItems(/* weightDecay= */ 0);
          Safetensors.write(out, trained(rare, true, ADAM.with(true), threads).tensors(), Map.of());
          Safetensors.write(out, ials(threads).tensors(), Map.of());
        });
  }

  private static Example manyItems() {
    return manyItems(/* weightDecay= */ 1e-4);
  }

  private static Example manyItems(double weightDecay) {
    Model model =
        new ModelOptions(Architecture.MULT_VAE, List.of(107), 31, 0.5, weightDecay).model(ITEMS);
    CsrMatrix matrix = RandomValues.sparse(USERS, ITEMS, new SplittableRandom(1));
    EngineState initial = EngineState.initial(Parameters.initial(model, 1));
    return new Example("many items", model, Batch.range(matrix, 0, USERS), initial);
  }

  private static Parameters trained(
      Example example, boolean sampled, AdamOptions adam, int threads) {
    try (Engine engine =
        new FastEngineProvider().create(example.model(), example.state(), threads)) {
      for (int update = 0; update < 3; update++) {
        Noise noise = Noise.of(1, update);
        engine.step(
            sampled ? example.sampled(noise, 0.2) : Update.of(example.batch(), noise, 0.2), adam);
      }
      return engine.state().parameters();
    }
  }

  private static Parameters ials(int threads) {
    CsrMatrix training = RandomValues.sparse(USERS, 101, new SplittableRandom(2));
    try (Workers workers = new Workers(threads)) {
      return Ials.fit(training, new BaselineOptions.Ials(71, 0.1, 0.01, 1, 2, 1), workers)
          .parameters();
    }
  }
}
