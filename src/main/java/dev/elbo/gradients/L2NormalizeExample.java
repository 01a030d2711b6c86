package dev.elbo.gradients;

import dev.elbo.data.CsrMatrix;
import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.LayerTrial;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.gradients.check.Shape;
import dev.elbo.gradients.check.WrongBackward;
import dev.elbo.random.Noise;
import dev.elbo.reference.Parts;
import dev.elbo.reference.input.L2Normalize;
import dev.elbo.reference.layers.SparseRows;
import java.util.List;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;

/** {@link L2Normalize} on rows of values that are not near zero. */
public final class L2NormalizeExample {

  /** The example. */
  public static final Example EXAMPLE =
      new Example(
          "l2-normalize",
          "y = x / ||x||",
          GradientCheck.Form.EVERY_VALUE,
          new Shape(12, 8, 8, 1),
          shape -> claim(shape, L2Normalize::backward),
          List.of(
              new WrongBackward(
                  "norm-held-constant",
                  "dx = dy / r: the length r depends on x too, which takes out the part along y",
                  shape -> claim(shape, L2NormalizeExample::normHeldConstant)),
              new WrongBackward(
                  "norm-forgotten",
                  "dx = dy - y (y . dy): not divided by the length r",
                  shape -> claim(shape, L2NormalizeExample::normForgotten))));

  private L2NormalizeExample() {}

  private static LayerTrial<L2Normalize, SparseRows, SparseRows> trial(Shape shape) {
    RandomGenerator random = shape.random();
    CsrMatrix pattern = RandomValues.sparse(shape.users(), shape.in(), random);
    return new LayerTrial<>(
        new L2Normalize(),
        new SparseRows(pattern, RandomValues.awayFromZero(pattern.size(), random)),
        new SparseRows(pattern, RandomValues.normal(pattern.size(), random)),
        shape.pass(Noise.NONE, 0));
  }

  /** What another part claims in the place of the right one. */
  public static Claim with(Shape shape, Parts parts) {
    return trial(shape).claimOf(parts);
  }

  static Claim claim(Shape shape, BiFunction<L2Normalize, SparseRows, SparseRows> backward) {
    return trial(shape).claim(backward);
  }

  private static SparseRows normHeldConstant(L2Normalize layer, SparseRows dY) {
    double[] dX = new double[dY.values().length];
    for (int b = 0; b < layer.norms.length; b++) {
      for (int n = dY.pattern().indptr()[b]; n < dY.pattern().indptr()[b + 1]; n++) {
        dX[n] = dY.values()[n] / layer.norms[b];
      }
    }
    return dY.with(dX);
  }

  private static SparseRows normForgotten(L2Normalize layer, SparseRows dY) {
    double[] dX = layer.backward(dY).values();
    for (int b = 0; b < layer.norms.length; b++) {
      for (int n = dY.pattern().indptr()[b]; n < dY.pattern().indptr()[b + 1]; n++) {
        dX[n] *= layer.norms[b];
      }
    }
    return dY.with(dX);
  }
}
