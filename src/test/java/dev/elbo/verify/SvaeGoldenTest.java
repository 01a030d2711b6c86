package dev.elbo.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Engines;
import dev.elbo.engine.Loss;
import dev.elbo.io.Safetensors;
import dev.elbo.io.Tensor;
import dev.elbo.model.Architecture;
import dev.elbo.model.Model;
import dev.elbo.model.ModelOptions;
import dev.elbo.model.Noise;
import dev.elbo.model.ParameterSpec;
import dev.elbo.model.Parameters;
import dev.elbo.model.SequenceOptions;
import dev.elbo.testing.Tolerances;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Holds both engines to SVAE as PyTorch computes it ({@code tools/golden_svae.py}): loss, every
 * gradient, and the scores.
 */
class SvaeGoldenTest {

  private static final double FLOAT64 = 1e-12;

  @ParameterizedTest
  @CsvSource({
    "svae-paper, reference",
    "svae-code, reference",
    "svae-paper, fast",
    "svae-code, fast"
  })
  void agreesWithPyTorch(String name, String engineName) {
    Safetensors golden = read(name);
    double tolerance = engineName.equals("fast") ? Tolerances.GOLDEN_FLOAT32 : FLOAT64;
    int items = golden.tensors().get("scores").shape()[1];
    var sequence =
        new SequenceOptions(
            (int) values(golden, "next")[0],
            0,
            values(golden, "log_deviation")[0] == 1,
            values(golden, "mean_kl_of_steps")[0] == 1);
    List<Integer> hidden =
        Arrays.stream(golden.metadata().get("hidden").split(",")).map(Integer::valueOf).toList();
    int latent = Integer.parseInt(golden.metadata().get("latent"));
    Model model =
        new ModelOptions(Architecture.SVAE, hidden, latent, 0, 0, null, null, sequence)
            .model(items);
    SequencedMap<String, Tensor> parameters = new LinkedHashMap<>();
    for (ParameterSpec parameter : model.parameters()) {
      parameters.put(parameter.name(), golden.tensors().get(parameter.name()));
    }
    Batch batch = batch(golden, items);
    double beta = values(golden, "beta")[0];
    try (Engine engine =
        Engines.byName(engineName)
            .create(model, EngineState.initial(new Parameters(parameters)), 2)) {
      Loss loss = engine.loss(batch, noise(golden), beta);
      assertClose("nll", values(golden, "nll"), new double[] {loss.nll()}, tolerance);
      assertClose("kl", values(golden, "kl"), new double[] {loss.kl()}, tolerance);
      Parameters gradients = engine.gradients(batch, noise(golden), beta);
      for (String parameter : parameters.keySet()) {
        String gradient = "gradient." + parameter;
        assertClose(gradient, values(golden, gradient), gradients.float64(parameter), tolerance);
      }
      double[] scores = new double[batch.size() * items];
      engine.scores(
          batch,
          (b, ofUser) -> {
            for (int i = 0; i < items; i++) {
              scores[b * items + i] = ofUser[i];
            }
          });
      assertClose("scores", values(golden, "scores"), scores, Tolerances.GOLDEN_FLOAT32);
    }
  }

  private static Safetensors read(String name) {
    return Safetensors.read(
        Path.of("../reference-results/golden-svae").resolve(name + ".safetensors"));
  }

  private static Batch batch(Safetensors golden, int items) {
    double[] start = values(golden, "input.indptr");
    double[] sequence = values(golden, "input.sequence");
    int[] row = new int[sequence.length];
    int[] column = Arrays.stream(sequence).mapToInt(item -> (int) item).toArray();
    int users = start.length - 1;
    for (int u = 0; u < users; u++) {
      Arrays.fill(row, (int) start[u], (int) start[u + 1], u);
    }
    return Batch.range(CsrMatrix.of(users, items, row, column).inOrder(row, column), 0, users);
  }

  private static Noise noise(Safetensors golden) {
    double[] epsilon = values(golden, "epsilon");
    int longest = golden.tensors().get("epsilon").shape()[1];
    return new Noise() {
      @Override
      public boolean keeps(int layer, int user, int column, double rate) {
        throw new AssertionError("svae drops nothing");
      }

      @Override
      public void epsilon(int layer, int user, int step, double[] draws) {
        int from = (user * longest + step) * draws.length;
        System.arraycopy(epsilon, from, draws, 0, draws.length);
      }
    };
  }

  private static double[] values(Safetensors golden, String name) {
    return golden.tensors().get(name).float64();
  }

  /** Relative to the largest value. */
  private static void assertClose(String name, double[] expected, double[] found, double tol) {
    assertEquals(expected.length, found.length, name);
    double scale = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    for (int n = 0; n < expected.length; n++) {
      double difference = Math.abs(expected[n] - found[n]);
      int at = n;
      assertTrue(
          difference <= tol * scale,
          () -> name + "[" + at + "]: expected " + expected[at] + ", found " + found[at]);
    }
  }
}
