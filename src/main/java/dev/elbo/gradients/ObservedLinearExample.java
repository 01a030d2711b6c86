package dev.elbo.gradients;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Outputs;
import dev.elbo.engine.Pass;
import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.LayerClaim;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.gradients.check.Shape;
import dev.elbo.gradients.check.WrongBackward;
import dev.elbo.random.Noise;
import dev.elbo.reference.layers.Linear;
import dev.elbo.reference.layers.ObservedLinear;
import java.util.List;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import org.ejml.data.DMatrixRMaj;

/** {@link ObservedLinear} for users with any number of items. */
final class ObservedLinearExample {

  static final Example EXAMPLE =
      new Example(
          "observed-linear",
          "y_bi = b_i + w_i . x_b, where user b has item i",
          GradientCheck.Form.EVERY_VALUE,
          new Shape(12, 3, 8, 1),
          shape -> claim(shape, ObservedLinear::backward),
          List.of(
              new WrongBackward(
                  "item-overwritten",
                  "dw_i = dy_bi x_b of the last user who has item i, instead of all users' sum",
                  shape -> claim(shape, ObservedLinearExample::itemOverwritten)),
              new WrongBackward(
                  "bias-of-all-items",
                  "db_i = sum_b dy_bi and as much again of the items that users do not have",
                  shape -> claim(shape, ObservedLinearExample::biasOfAllItems)),
              new WrongBackward(
                  "first-item-only",
                  "dx_b = dy_bi w_i of the user's first item: x_b reaches each of their outputs",
                  shape -> claim(shape, ObservedLinearExample::firstItemOnly))));

  private ObservedLinearExample() {}

  static Claim claim(Shape shape, BiFunction<ObservedLinear, DMatrixRMaj, DMatrixRMaj> backward) {
    return claim(shape, /* userBias= */ false, backward);
  }

  /**
   * @param userBias whether the input has a bias of each user's own
   */
  static Claim claim(
      Shape shape,
      boolean userBias,
      BiFunction<ObservedLinear, DMatrixRMaj, DMatrixRMaj> backward) {
    RandomGenerator random = shape.random();
    Linear dense = LinearExample.layer(shape, random);
    CsrMatrix observed = RandomValues.sparse(shape.users(), shape.out(), random);
    Pass pass = shape.pass(Noise.NONE, 0);
    return LayerClaim.of(
        new ObservedLinear(dense.weight, dense.bias, userBias),
        RandomValues.dense(shape.users(), shape.in() + (userBias ? 1 : 0), random),
        RandomValues.dense(1, observed.size(), random),
        new Pass(
            pass.users(),
            pass.noise(),
            pass.klWeight(),
            /* items= */ null,
            /* steps= */ null,
            /* sequence= */ null,
            observed,
            new Outputs.Observed(),
            1),
        backward);
  }

  private static DMatrixRMaj itemOverwritten(ObservedLinear layer, DMatrixRMaj dY) {
    DMatrixRMaj dX = layer.backward(dY);
    forEachObserved(
        layer.observed,
        (b, n, item) -> {
          for (int h = 0; h < layer.x.numCols; h++) {
            layer.weight.gradient().set(item, h, dY.get(0, n) * layer.x.get(b, h));
          }
        });
    return dX;
  }

  private static DMatrixRMaj biasOfAllItems(ObservedLinear layer, DMatrixRMaj dY) {
    DMatrixRMaj dX = layer.backward(dY);
    for (int item = 0; item < layer.observed.columns(); item++) {
      layer.bias.gradient().add(0, item, dY.numCols == 0 ? 0 : dY.get(0, 0));
    }
    return dX;
  }

  private static DMatrixRMaj firstItemOnly(ObservedLinear layer, DMatrixRMaj dY) {
    layer.backward(dY);
    DMatrixRMaj dX = new DMatrixRMaj(layer.x.numRows, layer.x.numCols);
    forEachObserved(
        layer.observed,
        (b, n, item) -> {
          for (int h = 0; h < dX.numCols && n == layer.observed.indptr()[b]; h++) {
            dX.set(b, h, dY.get(0, n) * layer.weight.value().get(item, h));
          }
        });
    return dX;
  }

  private interface Observed {
    void accept(int b, int n, int item);
  }

  private static void forEachObserved(CsrMatrix observed, Observed action) {
    for (int b = 0; b < observed.rows(); b++) {
      for (int n = observed.indptr()[b]; n < observed.indptr()[b + 1]; n++) {
        action.accept(b, n, observed.indices()[n]);
      }
    }
  }
}
