package dev.elbo.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.elbo.model.Noise;
import dev.elbo.testing.Shapes;
import dev.elbo.testing.Shapes.Shape;
import dev.elbo.testing.Tolerances;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

class LinearTest {

  static Linear random(Shape shape, RandomGenerator random) {
    Linear layer =
        new Linear(
            Parameter.weight("weight", shape.out(), shape.in()),
            Parameter.bias("bias", shape.out()));
    layer.weight.value().setTo(Shapes.dense(shape.out(), shape.in(), random));
    layer.bias.value().setTo(Shapes.dense(1, shape.out(), random));
    return layer;
  }

  @Test
  void isWeightTimesInputPlusBias() {
    Linear layer = new Linear(Parameter.weight("weight", 2, 3), Parameter.bias("bias", 2));
    layer.weight.value().setTo(new DMatrixRMaj(new double[][] {{1, 2, 3}, {-1, 0, 1}}));
    layer.bias.value().setTo(new DMatrixRMaj(new double[][] {{10, 20}}));
    DMatrixRMaj x = new DMatrixRMaj(new double[][] {{1, 1, 1}, {0, 1, 2}});
    assertArrayEquals(
        new double[] {16, 20, 18, 22}, layer.forward(x, LayerCheck.pass(2, Noise.NONE, 0)).data);
  }

  @Property(seed = "1", tries = 30)
  void gradientsAreTheDerivatives(@ForAll(supplier = Shapes.class) Shape shape) {
    RandomGenerator random = shape.random();
    Linear layer = random(shape, random);
    DMatrixRMaj x = Shapes.dense(shape.users(), shape.in(), random);
    DMatrixRMaj c = Shapes.dense(shape.users(), shape.out(), random);
    LayerCheck.gradients(layer, x, c, LayerCheck.pass(shape.users(), Noise.NONE, 0));
  }

  /** {@code <X W', C> = <X, C W> = <W, C' X>}: exact up to rounding, so no step is needed. */
  @Property(seed = "1", tries = 100)
  void backwardIsTheAdjointOfForward(@ForAll(supplier = Shapes.class) Shape shape) {
    RandomGenerator random = shape.random();
    Linear layer = random(shape, random);
    layer.bias.value().zero();
    DMatrixRMaj x = Shapes.dense(shape.users(), shape.in(), random);
    DMatrixRMaj c = Shapes.dense(shape.users(), shape.out(), random);
    DMatrixRMaj y = layer.forward(x, LayerCheck.pass(shape.users(), Noise.NONE, 0));
    DMatrixRMaj dX = layer.backward(c);

    double expected = LayerCheck.dot(y, c);
    double rounding = Tolerances.FLOAT64 * LayerCheck.norm(y) * LayerCheck.norm(c);
    assertEquals(expected, LayerCheck.dot(x, dX), rounding);
    assertEquals(expected, LayerCheck.dot(layer.weight.value(), layer.weight.gradient()), rounding);
  }
}
