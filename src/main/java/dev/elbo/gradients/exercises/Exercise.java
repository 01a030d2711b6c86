package dev.elbo.gradients.exercises;

import dev.elbo.gradients.CountNormalizeExample;
import dev.elbo.gradients.DropoutExample;
import dev.elbo.gradients.Example;
import dev.elbo.gradients.GaussianExample;
import dev.elbo.gradients.GruExample;
import dev.elbo.gradients.L2NormalizeExample;
import dev.elbo.gradients.LayerNormExample;
import dev.elbo.gradients.LinearExample;
import dev.elbo.gradients.MultinomialLossExample;
import dev.elbo.gradients.SigmoidExample;
import dev.elbo.gradients.SparseLinearExample;
import dev.elbo.gradients.SquaredErrorExample;
import dev.elbo.gradients.SwishExample;
import dev.elbo.gradients.TanhExample;
import dev.elbo.gradients.WeightDecayExample;
import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.Shape;
import dev.elbo.own.Task;
import dev.elbo.reference.Parts;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Something to write by oneself.
 *
 * @param name short, with hyphens: that of the example, if there is one
 * @param formula what it computes
 * @param task what is to be implemented
 * @param shape sizes to try it on
 * @param claim what the implementation claims, for a shape
 * @param mistakes what is often written instead
 * @param places what the reader calls each tensor's gradient, see {@link Place}
 */
public record Exercise(
    String name,
    String formula,
    Class<?> task,
    Shape shape,
    BiFunction<Shape, Parts, Claim> claim,
    List<KnownMistake> mistakes,
    Map<String, Place> places) {

  private static final String HINT = "---- hint";

  private static final Place DENSE_X = Place.of("dx[%d][%d] (user %1$d, unit %2$d)");
  private static final Place SPARSE_X = Place.of("dx[%d][%d] (user %1$d, item %3$d)");
  private static final Place WEIGHT = Place.of("dW[%d][%d] (output %1$d, input %2$d)");
  private static final Place BIAS = Place.of("db[%2$d] (output %2$d)");

  /** Copies what it is given. */
  public Exercise {
    mistakes = List.copyOf(mistakes);
    places = Map.copyOf(places);
  }

  private static Exercise of(
      Example example,
      Class<?> task,
      BiFunction<Shape, Parts, Claim> claim,
      Map<String, Place> places) {
    return new Exercise(
        example.name(),
        example.formula(),
        task,
        example.shape(),
        claim,
        example.mistakes().stream().map(KnownMistake::of).toList(),
        places);
  }

  /** All of them, in the order of the course. */
  public static List<Exercise> all() {
    return List.of(
        of(
            TanhExample.EXAMPLE, //
            Task.Tanh.class,
            TanhExample::with,
            Map.of("x", DENSE_X)),
        of(
            MultinomialLossExample.EXAMPLE,
            Task.MultinomialLoss.class,
            MultinomialLossExample::with,
            Map.of("logits", Place.of("ds[%d][%d] (user %1$d, item %2$d)"))),
        of(
            LinearExample.EXAMPLE,
            Task.Linear.class,
            LinearExample::with,
            Map.of("x", DENSE_X, "weight", WEIGHT, "bias", BIAS)),
        of(
            SparseLinearExample.EXAMPLE,
            Task.SparseLinear.class,
            SparseLinearExample::with,
            Map.of(
                "x", SPARSE_X,
                "weight", Place.of("dW[%d][%d] (output %1$d, item %2$d)"),
                "bias", BIAS)),
        of(
            L2NormalizeExample.EXAMPLE,
            Task.L2Normalize.class,
            L2NormalizeExample::with,
            Map.of("x", SPARSE_X)),
        of(DropoutExample.EXAMPLE, Task.Dropout.class, DropoutExample::with, Map.of("x", SPARSE_X)),
        of(
            GaussianExample.EXAMPLE,
            Task.Gaussian.class,
            GaussianExample::with,
            Map.of(
                "x",
                Place.ofHalves(
                    "dmu[%d][%d] (user %1$d, unit %2$d)", "dlv[%d][%d] (user %1$d, unit %2$d)"))),
        of(
            WeightDecayExample.EXAMPLE,
            Task.WeightDecay.class,
            WeightDecayExample::with,
            Map.of(
                "q_layers.0.weight", Place.of("dWeights.get(0)[%d][%d]"),
                "q_layers.0.bias", Place.of("dBiases.get(0)[%2$d]"),
                "p_layers.0.weight", Place.of("dWeights.get(1)[%d][%d]"),
                "p_layers.0.bias", Place.of("dBiases.get(1)[%2$d]"))),
        AdamExercise.EXERCISE,
        of(
            GruExample.EXAMPLE,
            Task.Gru.class,
            GruExample::with,
            Map.of(
                "x", Place.of("dx[%d][%d] (step %1$d of all users, input %2$d)"),
                "gru.weight_ih_l0", Place.of("dWi[%d][%d] (gate %1$d of 3H, input %2$d)"),
                "gru.weight_hh_l0", Place.of("dWh[%d][%d] (gate %1$d of 3H, unit %2$d)"),
                "gru.bias_ih_l0", Place.of("dbi[%2$d] (gate %2$d of 3H)"),
                "gru.bias_hh_l0", Place.of("dbh[%2$d] (gate %2$d of 3H)"))),
        of(SigmoidExample.EXAMPLE, Task.Sigmoid.class, SigmoidExample::with, Map.of("x", DENSE_X)),
        of(
            SquaredErrorExample.EXAMPLE,
            Task.SquaredError.class,
            SquaredErrorExample::with,
            Map.of("y", Place.of("dy[%d][%d] (user %1$d, item %3$d)"))),
        of(
            CountNormalizeExample.EXAMPLE,
            Task.CountNormalize.class,
            CountNormalizeExample::with,
            Map.of("x", SPARSE_X)),
        of(
            SwishExample.EXAMPLE, //
            Task.Swish.class,
            SwishExample::with,
            Map.of("x", DENSE_X)),
        of(
            LayerNormExample.EXAMPLE,
            Task.LayerNorm.class,
            LayerNormExample::with,
            Map.of(
                "x", DENSE_X,
                "gain", Place.of("dg[%2$d] (unit %2$d)"),
                "bias", Place.of("db[%2$d] (unit %2$d)"))));
  }

  /** The Java file to fill in, which begins with the text of the exercise. */
  public String template() {
    return text()[0];
  }

  /** Hints, from a nudge to all but the answer. */
  public List<String> hints() {
    return Arrays.stream(text()).skip(1).map(String::strip).toList();
  }

  private String[] text() {
    try (InputStream in = Exercise.class.getResourceAsStream(name + ".txt")) {
      if (in == null) {
        throw new IllegalStateException("no text of the exercise " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).split(HINT + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
