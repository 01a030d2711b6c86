package dev.elbo.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.elbo.model.Noise;
import dev.elbo.testing.Shapes;
import dev.elbo.testing.Shapes.Shape;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

class TanhTest {

  @Test
  void isTheHyperbolicTangent() {
    DMatrixRMaj x = new DMatrixRMaj(new double[][] {{0, 1, -1, 1000}});
    double tanh1 = (Math.E * Math.E - 1) / (Math.E * Math.E + 1);
    assertArrayEquals(
        new double[] {0, tanh1, -tanh1, 1},
        new Tanh().forward(x, LayerCheck.pass(1, Noise.NONE, 0)).data,
        1e-15);
  }

  @Property(seed = "1", tries = 100)
  void gradientIsTheDerivative(@ForAll(supplier = Shapes.class) Shape shape) {
    RandomGenerator random = shape.random();
    LayerCheck.gradients(
        new Tanh(),
        Shapes.dense(shape.users(), shape.in(), random),
        Shapes.dense(shape.users(), shape.in(), random),
        LayerCheck.pass(shape.users(), Noise.NONE, 0));
  }
}
