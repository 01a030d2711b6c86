package dev.elbo.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.elbo.data.Batch;
import dev.elbo.engine.Activation;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Loss;
import dev.elbo.engine.Update;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.LayerSpec.Affine;
import dev.elbo.model.Parameters;
import dev.elbo.random.Noise;
import dev.elbo.reference.ReferenceEngineProvider;
import dev.elbo.testing.Example;
import dev.elbo.testing.States;
import dev.elbo.testing.Tolerances;
import dev.elbo.tornado.input.L2Normalize;
import dev.elbo.tornado.layers.Bias;
import dev.elbo.tornado.layers.Dropout;
import dev.elbo.tornado.layers.Gemm;
import dev.elbo.tornado.layers.Parameter;
import dev.elbo.tornado.layers.SparseLinear;
import dev.elbo.tornado.layers.SparseRows;
import dev.elbo.tornado.layers.Tanh;
import dev.elbo.tornado.objective.Gaussian;
import dev.elbo.tornado.objective.MultinomialLoss;
import dev.elbo.tornado.objective.WeightDecay;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The kernels as plain Java, without a device: a pass through a whole model, layer by layer,
 * against the reference. Each kernel is given what the reference gave to its layer, so that a
 * failure is of the kernel that it names.
 */
class KernelsTest {

  private static final Noise NOISE = Noise.of(5, 17);
  private static final double BETA = 0.2;
  private static final AdamOptions ADAM =
      new AdamOptions(0.01, 0.9, 0.999, 1e-3, AdamOptions.Form.PYTORCH);

  @ParameterizedTest
  @MethodSource("dev.elbo.testing.Example#all")
  void everyKernelAgreesWithTheReference(Example example) {
    new TornadoEngineProvider()
        .lacking(example.model())
        .ifPresent(part -> abort("the engine has no " + part));
    try (Engine reference =
        new ReferenceEngineProvider().create(example.model(), example.state(), 1)) {
      new Pass(example, reference).run();
    }
  }

  /** One pass forward, backward, and an update. */
  private static final class Pass {
    private final Example example;
    private final Batch batch;
    private final int users;
    private final int items;
    private final List<LayerSpec> specs;
    private final SparseRows rows;
    private final List<Activation> outputs;
    private final Loss loss;
    private final Parameters gradients;
    private final EngineState updated;

    Pass(Example example, Engine reference) {
      this.example = example;
      batch = example.batch();
      users = batch.size();
      items = example.model().items();
      specs = example.model().layers();
      rows = new SparseRows(users + 2, items, batch.items().size() + 3); // not all of it is used
      rows.load(batch.items());
      outputs = reference.activations(batch, NOISE);
      loss = reference.loss(Update.of(batch, NOISE, BETA));
      gradients = reference.gradients(Update.of(batch, NOISE, BETA));
      reference.step(Update.of(batch, NOISE, BETA), ADAM);
      updated = reference.state();
    }

    void run() {
      int width = 0;
      List<Integer> widths = new ArrayList<>();
      for (int index = 0; index < specs.size(); index++) {
        width =
            switch (specs.get(index)) {
              case Affine affine -> affine.out();
              case LayerSpec.Gaussian(int latent, _, _) -> latent;
              default -> width;
            };
        widths.add(width);
        forward(index, width);
      }
      FloatArray dY = lossAndGradient();
      for (int index = specs.size() - 1; dY != null; index--) {
        dY = backward(index, widths.get(index), dY);
      }
    }

    private FloatArray input(int index) {
      return index == 0 ? rows.ones : array(outputs.get(index - 1).values());
    }

    private void forward(int index, int width) {
      FloatArray x = input(index);
      FloatArray y = new FloatArray(width == 0 ? rows.values() : rows.users() * width);
      switch (specs.get(index)) {
        case LayerSpec.L2Normalize() ->
            L2Normalize.unitLength(rows.size, rows.start, x, y, rows.users());
        case LayerSpec.Dropout(double rate) -> {
          Dropout dropout =
              width == 0
                  ? Dropout.sparse(index, rate, rows)
                  : Dropout.dense(index, rate, rows, width);
          dropout.draw(batch, NOISE);
          FloatArray scale = dropout.noise().getFirst();
          int counted = width == 0 ? SparseRows.VALUES : SparseRows.USERS;
          Dropout.multiply(rows.size, scale, x, y, counted, Math.max(1, width), y.getSize());
        }
        case LayerSpec.SparseLinear affine ->
            SparseLinear.sumRows(
                rows.size,
                rows.start,
                rows.item,
                x,
                weight(affine).value,
                bias(affine),
                y,
                rows.users(),
                width);
        case LayerSpec.Linear affine -> {
          int in = affine.in();
          FloatArray w = weight(affine).value;
          WorkGroups.run(
              Gemm.COLUMNS,
              Math.ceilDiv(width, Gemm.COLUMNS),
              Math.ceilDiv(rows.users(), Gemm.ROWS),
              context ->
                  Gemm.multiply(
                      context,
                      rows.size,
                      IntArray.fromElements(in),
                      x,
                      w,
                      bias(affine),
                      y,
                      width,
                      in,
                      1,
                      1,
                      in,
                      1));
        }
        case LayerSpec.Tanh() -> {
          int counted = width == 0 ? SparseRows.VALUES : SparseRows.USERS;
          Tanh.tanhOf(rows.size, x, y, counted, Math.max(1, width), y.getSize());
        }
        case LayerSpec.Gaussian(int latent, _, _) -> {
          FloatArray kl = new FloatArray(rows.users());
          Gaussian.draws(rows.size, x, epsilon(index, latent), y, kl, rows.users(), latent);
          assertClose("kl", loss.kl() * users, sum(kl));
        }
        default -> throw new AssertionError("no layer with kernels here: " + specs.get(index));
      }
      assertClose(outputs.get(index).name(), outputs.get(index).values(), y);
    }

    private FloatArray lossAndGradient() {
      FloatArray logits = array(outputs.get(outputs.size() - 2).values());
      FloatArray nll = new FloatArray(rows.users());
      WorkGroups.run(
          MultinomialLoss.GROUP,
          1,
          rows.users(),
          context ->
              MultinomialLoss.lossAndGradient(
                  context, rows.size, rows.start, rows.item, logits, nll, items));
      assertClose("nll", loss.nll() * users, sum(nll));
      return logits;
    }

    /** Checks the layer's gradients; returns that of its input, null at the sparse one. */
    private FloatArray backward(int index, int width, FloatArray dY) {
      FloatArray x = input(index);
      FloatArray y = array(outputs.get(index).values());
      switch (specs.get(index)) {
        case LayerSpec.SparseLinear affine -> {
          Parameter weight = weight(affine);
          SparseLinear.gradient(
              rows.itemStart,
              rows.itemUser,
              rows.itemValue,
              x,
              dY,
              weight.gradient,
              items,
              affine.out());
          check(affine, weight, dY);
          return null;
        }
        case LayerSpec.Linear affine -> {
          Parameter weight = weight(affine);
          int in = affine.in();
          int out = affine.out();
          FloatArray dX = new FloatArray(rows.users() * in);
          WorkGroups.run(
              Gemm.COLUMNS,
              Math.ceilDiv(in, Gemm.COLUMNS),
              Math.ceilDiv(rows.users(), Gemm.ROWS),
              context ->
                  Gemm.multiply(
                      context,
                      rows.size,
                      IntArray.fromElements(out),
                      dY,
                      weight.value,
                      x,
                      dX,
                      in,
                      out,
                      1,
                      in,
                      1,
                      0));
          WorkGroups.run(
              Gemm.COLUMNS,
              Math.ceilDiv(in, Gemm.COLUMNS),
              Math.ceilDiv(out, Gemm.ROWS),
              context ->
                  Gemm.multiply(
                      context,
                      IntArray.fromElements(out),
                      rows.size,
                      dY,
                      x,
                      x,
                      weight.gradient,
                      in,
                      1,
                      out,
                      in,
                      1,
                      0));
          check(affine, weight, dY);
          return dX;
        }
        case LayerSpec.Tanh() -> {
          FloatArray dX = new FloatArray(y.getSize());
          Tanh.gradient(rows.size, y, dY, dX, width, y.getSize());
          return dX;
        }
        case LayerSpec.Gaussian(int latent, _, _) -> {
          FloatArray dX = new FloatArray(rows.users() * 2 * latent);
          FloatArray beta = FloatArray.fromElements((float) BETA);
          Gaussian.gradient(
              rows.size, beta, x, epsilon(index, latent), dY, dX, rows.users(), latent);
          return dX;
        }
        case LayerSpec.Dropout(double rate) -> {
          Dropout dropout = Dropout.dense(index, rate, rows, width);
          dropout.draw(batch, NOISE);
          FloatArray dX = new FloatArray(rows.users() * width);
          Dropout.multiply(
              rows.size, dropout.noise().getFirst(), dY, dX, SparseRows.USERS, width, dX.getSize());
          return dX;
        }
        default -> throw new AssertionError("no dense layer: " + specs.get(index));
      }
    }

    /** Gradients, squares, and the update of a layer's two parameters. */
    private void check(Affine affine, Parameter weight, FloatArray dY) {
      Parameter bias = Parameter.bias(affine.bias(), affine.out());
      bias.makeTrainable();
      bias.load(example.state().parameters(), bias.value);
      Bias.columnSums(rows.size, dY, bias.gradient, affine.out());
      double decay = example.model().objective().weightDecay();
      double[] w = example.state().parameters().float64(affine.weight());
      FloatArray parts = new FloatArray(7);
      WeightDecay.sumSquares(weight.value, parts, 7, weight.size());
      double squares = 0;
      for (double value : w) {
        squares += value * value;
      }
      double found = 0;
      for (int n = 0; n < 7; n++) {
        found += parts.get(n);
      }
      assertClose("squares of " + affine.weight(), squares, found);
      for (Parameter parameter : List.of(weight, bias)) {
        float twiceDecay = parameter.decays() ? (float) (2 * decay) : 0f;
        Parameters zeros = States.zeros(gradients);
        double[] expected = gradients.float64(parameter.name);
        double[] values = example.state().parameters().float64(parameter.name);
        for (int n = 0; n < expected.length; n++) {
          zeros.float64(parameter.name)[n] = expected[n] - twiceDecay * values[n];
        }
        FloatArray without = new FloatArray(parameter.size());
        parameter.load(zeros, without);
        assertClose("gradient of " + parameter.name, doubles(without), parameter.gradient);

        parameter.load(example.state().firstMoments(), parameter.m);
        parameter.load(example.state().secondMoments(), parameter.v);
        FloatArray hyper = Adam.hyperParameters();
        Adam.set(hyper, ADAM, updated.updates().encoder());
        Adam.update(
            hyper,
            parameter.gradient,
            parameter.m,
            parameter.v,
            parameter.value,
            twiceDecay,
            parameter.size());
        assertUpdated("value", updated.parameters(), parameter, parameter.value);
        assertUpdated("first moment", updated.firstMoments(), parameter, parameter.m);
        assertUpdated("second moment", updated.secondMoments(), parameter, parameter.v);
      }
    }

    private static void assertUpdated(
        String what, Parameters expected, Parameter parameter, FloatArray found) {
      FloatArray laidOut = new FloatArray(parameter.size());
      parameter.load(expected, laidOut);
      assertClose(what + " of " + parameter.name, doubles(laidOut), found);
    }

    private Parameter weight(Affine affine) {
      Parameter weight =
          affine instanceof LayerSpec.SparseLinear
              ? Parameter.weightByInput(affine.weight(), affine.out(), affine.in())
              : Parameter.weight(affine.weight(), affine.out(), affine.in());
      weight.makeTrainable();
      weight.load(example.state().parameters(), weight.value);
      return weight;
    }

    private FloatArray bias(Affine affine) {
      return array(example.state().parameters().float64(affine.bias()));
    }

    private FloatArray epsilon(int index, int latent) {
      Gaussian gaussian = new Gaussian(index, latent, rows, new FloatArray(1));
      gaussian.draw(batch, NOISE);
      return gaussian.noise().getFirst();
    }

    private double sum(FloatArray ofUsers) {
      double sum = 0;
      for (int b = 0; b < users; b++) {
        sum += ofUsers.get(b);
      }
      return sum;
    }

    private static FloatArray array(double[] values) {
      FloatArray array = new FloatArray(values.length);
      for (int n = 0; n < values.length; n++) {
        array.set(n, (float) values[n]);
      }
      return array;
    }

    private static double[] doubles(FloatArray values) {
      double[] wide = new double[values.getSize()];
      for (int n = 0; n < wide.length; n++) {
        wide[n] = values.get(n);
      }
      return wide;
    }

    private static void assertClose(String what, double[] expected, FloatArray found) {
      for (int n = 0; n < expected.length; n++) {
        assertClose(what + ", value " + n, expected[n], found.get(n));
      }
    }

    private static void assertClose(String what, double expected, double found) {
      assertEquals(expected, found, Tolerances.FLOAT32 * Math.max(1, Math.abs(expected)), what);
    }
  }
}
