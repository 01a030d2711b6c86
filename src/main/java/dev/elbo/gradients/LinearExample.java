package dev.elbo.gradients;

import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.LayerClaim;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.gradients.check.Shape;
import dev.elbo.gradients.check.WrongBackward;
import dev.elbo.random.Noise;
import dev.elbo.reference.layers.Linear;
import dev.elbo.reference.layers.Parameter;
import java.util.List;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * {@link Linear} on normal values. In and out are equally wide, because a transposed product has
 * the right size only then.
 */
final class LinearExample {

  static final Example EXAMPLE =
      new Example(
          "linear",
          "Y = X W^T + 1 b^T",
          GradientCheck.Form.EVERY_VALUE,
          new Shape(3, 4, 4, 1),
          shape -> claim(shape, Linear::backward),
          List.of(
              new WrongBackward(
                  "weight-transposed",
                  "dX = dY W^T instead of dY W: the sizes fit, because W is square here",
                  shape -> claim(shape, LinearExample::weightTransposed)),
              new WrongBackward(
                  "product-transposed",
                  "dW = X^T dY instead of dY^T X: [in, out] instead of [out, in]",
                  shape -> claim(shape, LinearExample::productTransposed)),
              new WrongBackward(
                  "bias-averaged",
                  "db = mean over users of dy: the bias reaches every user, so it is their sum",
                  shape -> claim(shape, LinearExample::biasAveraged))));

  private LinearExample() {}

  /** A layer with normal parameters. */
  static Linear layer(Shape shape, RandomGenerator random) {
    Linear layer =
        new Linear(
            Parameter.weight("weight", shape.out(), shape.in()),
            Parameter.bias("bias", shape.out()));
    layer.weight.value().setTo(RandomValues.dense(shape.out(), shape.in(), random));
    layer.bias.value().setTo(RandomValues.dense(1, shape.out(), random));
    return layer;
  }

  static Claim claim(Shape shape, BiFunction<Linear, DMatrixRMaj, DMatrixRMaj> backward) {
    RandomGenerator random = shape.random();
    return LayerClaim.of(
        layer(shape, random),
        RandomValues.dense(shape.users(), shape.in(), random),
        RandomValues.dense(shape.users(), shape.out(), random),
        shape.pass(Noise.NONE, 0),
        backward);
  }

  static DMatrixRMaj weightTransposed(Linear layer, DMatrixRMaj dY) {
    DMatrixRMaj dX = layer.backward(dY);
    CommonOps_DDRM.multTransB(dY, layer.weight.value(), dX);
    return dX;
  }

  static DMatrixRMaj productTransposed(Linear layer, DMatrixRMaj dY) {
    DMatrixRMaj dX = layer.backward(dY);
    CommonOps_DDRM.multTransA(layer.x, dY, layer.weight.gradient());
    return dX;
  }

  private static DMatrixRMaj biasAveraged(Linear layer, DMatrixRMaj dY) {
    DMatrixRMaj dX = layer.backward(dY);
    CommonOps_DDRM.divide(layer.bias.gradient(), dY.numRows);
    return dX;
  }
}
