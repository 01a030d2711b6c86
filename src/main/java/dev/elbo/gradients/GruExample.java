package dev.elbo.gradients;

import dev.elbo.data.CsrMatrix;
import dev.elbo.data.Steps;
import dev.elbo.engine.Outputs;
import dev.elbo.engine.Pass;
import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.LayerClaim;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.gradients.check.Shape;
import dev.elbo.gradients.check.WrongBackward;
import dev.elbo.model.KlWeight;
import dev.elbo.model.LayerSpec;
import dev.elbo.random.Noise;
import dev.elbo.reference.layers.Gru;
import dev.elbo.reference.layers.Parameter;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;

/** {@link Gru} on sequences of different lengths, normal values. */
final class GruExample {

  /** Sequences are of 0 to this many steps less one. */
  private static final int LENGTHS = 5;

  static final Example EXAMPLE =
      new Example(
          "gru",
          "h_t = (1 - u) n + u h_(t-1), step after step",
          GradientCheck.Form.EVERY_VALUE,
          new Shape(4, 3, 4, 1),
          shape -> claim(shape, Gru::backward),
          List.of(
              new WrongBackward(
                  "time-forgotten",
                  "dh_t = dy_t: what the next step hands back is missing",
                  shape -> claim(shape, GruExample::withoutTime)),
              new WrongBackward(
                  "users-joined",
                  "a user's first step hands back to the last one of the user before",
                  shape -> claim(shape, GruExample::joined)),
              new WrongBackward(
                  "gates-exchanged",
                  "reset and update read from each other's rows, as between two conventions",
                  shape -> claim(shape, GruExample::gatesExchanged)),
              new WrongBackward(
                  "one-bias",
                  "db_h = db_i: right for reset and update, but the new gate has r between them",
                  shape -> claim(shape, GruExample::oneBias))));

  private GruExample() {}

  static Claim claim(Shape shape, BiFunction<Gru, DMatrixRMaj, DMatrixRMaj> backward) {
    RandomGenerator random = shape.random();
    Steps steps = steps(shape.users());
    return LayerClaim.of(
        layer(shape, random),
        RandomValues.dense(steps.size(), shape.in(), random),
        RandomValues.dense(steps.size(), shape.out(), random),
        pass(steps),
        backward);
  }

  /** A layer with normal parameters. */
  static Gru layer(Shape shape, RandomGenerator random) {
    List<Parameter> parameters =
        new LayerSpec.Gru("gru", shape.in(), shape.out())
            .parameters().stream().map(Parameter::of).toList();
    for (Parameter parameter : parameters) {
      double[] values = parameter.value().data;
      System.arraycopy(RandomValues.normal(values.length, random), 0, values, 0, values.length);
    }
    return new Gru(parameters.get(0), parameters.get(1), parameters.get(2), parameters.get(3));
  }

  /** A sequence for each user, of 3, 4, 0, 1, 2, 3, ... steps. */
  static Steps steps(int users) {
    int[] start = new int[users + 1];
    for (int u = 0; u < users; u++) {
      start[u + 1] = start[u] + (u + 3) % LENGTHS;
    }
    return steps(start);
  }

  /** Sequences with these boundaries. */
  private static Steps steps(int[] start) {
    int sequences = start.length - 1;
    int size = start[sequences];
    return new Steps(
        start,
        IntStream.range(0, sequences).toArray(),
        new int[sequences],
        new int[size],
        new CsrMatrix(1, new int[size + 1], new int[0]));
  }

  static Pass pass(Steps steps) {
    int[] users = new int[steps.sequences()];
    return new Pass(
        users,
        Noise.NONE,
        KlWeight.of(0),
        /* items= */ null,
        steps,
        steps.sequenceOfRows(),
        steps.next(),
        new Outputs.All(),
        1);
  }

  /** Each step as if it were the only one, with the state that it had. */
  private static DMatrixRMaj withoutTime(Gru layer, DMatrixRMaj dY) {
    layer.steps = steps(IntStream.rangeClosed(0, layer.steps.size()).toArray());
    return layer.backward(dY);
  }

  private static DMatrixRMaj joined(Gru layer, DMatrixRMaj dY) {
    layer.steps = steps(new int[] {0, layer.steps.size()});
    return layer.backward(dY);
  }

  private static DMatrixRMaj gatesExchanged(Gru layer, DMatrixRMaj dY) {
    DMatrixRMaj reset = layer.reset;
    layer.reset = layer.update;
    layer.update = reset;
    return layer.backward(dY);
  }

  private static DMatrixRMaj oneBias(Gru layer, DMatrixRMaj dY) {
    DMatrixRMaj dX = layer.backward(dY);
    double[] db = layer.stateBias.gradient().data;
    Arrays.setAll(db, gate -> layer.inputBias.gradient().data[gate]);
    return dX;
  }
}
