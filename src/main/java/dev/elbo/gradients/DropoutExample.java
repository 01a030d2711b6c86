package dev.elbo.gradients;

import dev.elbo.engine.Pass;
import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.LayerTrial;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.gradients.check.Shape;
import dev.elbo.gradients.check.WrongBackward;
import dev.elbo.random.Noise;
import dev.elbo.reference.Parts;
import dev.elbo.reference.input.Dropout;
import dev.elbo.reference.layers.SparseRows;
import java.util.List;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;

/** {@link Dropout} with rate 0.5 on users with any number of items. */
public final class DropoutExample {

  /** The example. */
  public static final Example EXAMPLE =
      new Example(
          "dropout",
          "y = mask x / (1 - rate)",
          GradientCheck.Form.EVERY_VALUE,
          new Shape(12, 8, 8, 1),
          shape -> claim(shape, Dropout::backward),
          List.of(
              new WrongBackward(
                  "mask-not-applied",
                  "dx = dy / (1 - rate): what was dropped gets a gradient too",
                  shape -> claim(shape, DropoutExample::notMasked)),
              new WrongBackward(
                  "mask-not-rescaled",
                  "dx = mask dy: what was kept was divided by 1 - rate",
                  shape -> claim(shape, DropoutExample::notRescaled)),
              new WrongBackward(
                  "mask-drawn-again",
                  "dx = mask dy / (1 - rate) with another mask than the forward pass had",
                  shape -> claim(shape, (layer, dY) -> drawnAgain(shape, layer, dY)))));

  private DropoutExample() {}

  private static LayerTrial<Dropout, SparseRows, SparseRows> trial(Shape shape, Pass pass) {
    RandomGenerator random = shape.random();
    SparseRows x = SparseLinearExample.input(shape, random);
    SparseRows c = x.with(RandomValues.normal(x.values().length, random));
    return new LayerTrial<>(new Dropout(1, 0.5), x, c, pass);
  }

  /** What another part claims in the place of the right one. */
  public static Claim with(Shape shape, Parts parts) {
    return trial(shape, pass(shape, 0)).claimOf(parts);
  }

  static Claim claim(Shape shape, BiFunction<Dropout, SparseRows, SparseRows> backward) {
    return claim(shape, pass(shape, 0), backward);
  }

  static Claim claim(Shape shape, Pass pass, BiFunction<Dropout, SparseRows, SparseRows> backward) {
    return trial(shape, pass).claim(backward);
  }

  private static Pass pass(Shape shape, int update) {
    return shape.pass(Noise.of(shape.seed(), update), 0);
  }

  private static SparseRows notMasked(Dropout layer, SparseRows dY) {
    double[] dX = dY.values().clone();
    for (int n = 0; n < dX.length; n++) {
      dX[n] /= 1 - layer.rate;
    }
    return dY.with(dX);
  }

  private static SparseRows notRescaled(Dropout layer, SparseRows dY) {
    double[] dX = dY.values().clone();
    for (int n = 0; n < dX.length; n++) {
      dX[n] *= layer.scale[n] == 0 ? 0 : 1;
    }
    return dY.with(dX);
  }

  private static SparseRows drawnAgain(Shape shape, Dropout layer, SparseRows dY) {
    return new Dropout(layer.index, layer.rate).forward(dY, pass(shape, 1));
  }
}
