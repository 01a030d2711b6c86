package dev.elbo.gradients;

import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.LayerClaim;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.gradients.check.Shape;
import dev.elbo.gradients.check.WrongBackward;
import dev.elbo.random.Noise;
import dev.elbo.reference.layers.Heads;
import dev.elbo.reference.layers.Linear;
import dev.elbo.reference.layers.Parameter;
import java.util.List;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/** {@link Heads}: two affine layers with normal parameters, as wide as each other. */
final class HeadsExample {

  static final Example EXAMPLE =
      new Example(
          "heads",
          "Y = [X W_1^T + 1 b_1^T, X W_2^T + 1 b_2^T]",
          GradientCheck.Form.EVERY_VALUE,
          new Shape(3, 4, 2, 1),
          shape -> claim(shape, Heads::backward),
          List.of(
              new WrongBackward(
                  "last-head-only",
                  "dX = dY_2 W_2: the input reaches the loss through both heads, so both add",
                  shape -> claim(shape, HeadsExample::lastOnly)),
              new WrongBackward(
                  "heads-exchanged",
                  "each head is given the other's columns of dY",
                  shape -> claim(shape, HeadsExample::exchanged))));

  private HeadsExample() {}

  static Claim claim(Shape shape, BiFunction<Heads, DMatrixRMaj, DMatrixRMaj> backward) {
    RandomGenerator random = shape.random();
    Heads heads = new Heads(List.of(head("mu", shape, random), head("lv", shape, random)));
    return LayerClaim.of(
        heads,
        RandomValues.dense(shape.users(), shape.in(), random),
        RandomValues.dense(shape.users(), 2 * shape.out(), random),
        shape.pass(Noise.NONE, 0),
        backward);
  }

  private static Linear head(String name, Shape shape, RandomGenerator random) {
    Linear head =
        new Linear(
            Parameter.weight(name + ".weight", shape.out(), shape.in()),
            Parameter.bias(name + ".bias", shape.out()));
    head.weight.value().setTo(RandomValues.dense(shape.out(), shape.in(), random));
    head.bias.value().setTo(RandomValues.dense(1, shape.out(), random));
    return head;
  }

  private static DMatrixRMaj columns(DMatrixRMaj dY, int from, int to) {
    return CommonOps_DDRM.extract(dY, 0, dY.numRows, from, to);
  }

  private static DMatrixRMaj lastOnly(Heads heads, DMatrixRMaj dY) {
    heads.backward(dY);
    return heads.branches.get(1).backward(columns(dY, dY.numCols / 2, dY.numCols));
  }

  private static DMatrixRMaj exchanged(Heads heads, DMatrixRMaj dY) {
    int half = dY.numCols / 2;
    DMatrixRMaj swapped = new DMatrixRMaj(dY.numRows, dY.numCols);
    CommonOps_DDRM.insert(columns(dY, half, dY.numCols), swapped, 0, 0);
    CommonOps_DDRM.insert(columns(dY, 0, half), swapped, 0, half);
    return heads.backward(swapped);
  }
}
