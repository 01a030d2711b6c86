package dev.elbo.gradients;

import dev.elbo.data.CsrMatrix;
import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.LayerClaim;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.gradients.check.Shape;
import dev.elbo.gradients.check.WrongBackward;
import dev.elbo.random.Noise;
import dev.elbo.reference.layers.Linear;
import dev.elbo.reference.layers.SparseLinear;
import dev.elbo.reference.layers.SparseRows;
import java.util.List;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import org.ejml.data.DMatrixRMaj;

/** {@link SparseLinear} on users with any number of items, with normal values. */
final class SparseLinearExample {

  static final Example EXAMPLE =
      new Example(
          "sparse-linear",
          "Y = X W^T + 1 b^T, X sparse",
          GradientCheck.Form.EVERY_VALUE,
          new Shape(12, 8, 3, 1),
          shape -> claim(shape, SparseLinear::backward),
          List.of(
              new WrongBackward(
                  "scatter-overwrites",
                  "dw_hi = dy_bh x_bi of the last user who has item i, instead of all users' sum",
                  shape -> claim(shape, SparseLinearExample::scatterOverwrites)),
              new WrongBackward(
                  "values-ignored",
                  "dw_hi = sum_b dy_bh: right for a binary x, but x is normalised and dropped out",
                  shape -> claim(shape, SparseLinearExample::valuesIgnored)),
              new WrongBackward(
                  "gradient-not-cleared",
                  "dW is added to the gradient of the batch before",
                  shape -> claim(shape, SparseLinearExample::notCleared))));

  private SparseLinearExample() {}

  /** A layer with normal parameters. */
  static SparseLinear layer(Shape shape, RandomGenerator random) {
    Linear dense = LinearExample.layer(shape, random);
    return new SparseLinear(dense.weight, dense.bias);
  }

  /** Users with normal values. */
  static SparseRows input(Shape shape, RandomGenerator random) {
    CsrMatrix pattern = RandomValues.sparse(shape.users(), shape.in(), random);
    return new SparseRows(pattern, RandomValues.normal(pattern.size(), random));
  }

  static Claim claim(Shape shape, BiFunction<SparseLinear, DMatrixRMaj, SparseRows> backward) {
    RandomGenerator random = shape.random();
    return LayerClaim.of(
        layer(shape, random),
        input(shape, random),
        RandomValues.dense(shape.users(), shape.out(), random),
        shape.pass(Noise.NONE, 0),
        backward);
  }

  private static SparseRows scatterOverwrites(SparseLinear layer, DMatrixRMaj dY) {
    SparseRows dX = layer.backward(dY);
    forEachStored(layer.x, (b, i, x, h) -> layer.weight.gradient().set(h, i, dY.get(b, h) * x), dY);
    return dX;
  }

  private static SparseRows valuesIgnored(SparseLinear layer, DMatrixRMaj dY) {
    SparseRows dX = layer.backward(dY);
    layer.weight.gradient().zero();
    forEachStored(layer.x, (b, i, _, h) -> layer.weight.gradient().add(h, i, dY.get(b, h)), dY);
    return dX;
  }

  private static SparseRows notCleared(SparseLinear layer, DMatrixRMaj dY) {
    double[] before = layer.weight.gradient().data.clone();
    SparseRows dX = layer.backward(dY);
    for (int n = 0; n < before.length; n++) {
      layer.weight.gradient().data[n] += before[n];
    }
    return dX;
  }

  private interface Stored {
    void accept(int b, int i, double x, int h);
  }

  private static void forEachStored(SparseRows x, Stored action, DMatrixRMaj dY) {
    for (int b = 0; b < dY.numRows; b++) {
      for (int n = x.pattern().indptr()[b]; n < x.pattern().indptr()[b + 1]; n++) {
        for (int h = 0; h < dY.numCols; h++) {
          action.accept(b, x.pattern().indices()[n], x.values()[n], h);
        }
      }
    }
  }
}
