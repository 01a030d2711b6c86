package dev.elbo.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.engine.Pass;
import dev.elbo.model.Noise;
import dev.elbo.testing.Shapes;
import dev.elbo.testing.Shapes.Shape;
import dev.elbo.testing.Tolerances;
import java.util.random.RandomGenerator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

class GaussianTest {

  private static final int INDEX = 5;

  @Provide
  Arbitrary<Double> betas() {
    return Arbitraries.of(0.0, 0.2, 1.0);
  }

  /** Of {@code f = <Z, C> + beta KL}. */
  @Property(seed = "1", tries = 100)
  void gradientIsTheDerivative(
      @ForAll(supplier = Shapes.class) Shape shape, @ForAll("betas") double beta) {
    RandomGenerator random = shape.random();
    Gaussian layer = new Gaussian(INDEX, shape.out());
    DMatrixRMaj x = Shapes.dense(shape.users(), 2 * shape.out(), random);
    DMatrixRMaj c = Shapes.dense(shape.users(), shape.out(), random);
    Pass pass = LayerCheck.pass(shape.users(), Noise.of(shape.seed(), 2), beta);
    LayerCheck.gradients(
        layer, x, c, pass, () -> LayerCheck.dot(layer.forward(x, pass), c) + beta * layer.kl);
  }

  @Property(seed = "1", tries = 20)
  void gradientIsTheDerivativeWithoutNoiseToo(@ForAll(supplier = Shapes.class) Shape shape) {
    RandomGenerator random = shape.random();
    Gaussian layer = new Gaussian(INDEX, shape.out());
    DMatrixRMaj x = Shapes.dense(shape.users(), 2 * shape.out(), random);
    DMatrixRMaj c = Shapes.dense(shape.users(), shape.out(), random);
    Pass pass = LayerCheck.pass(shape.users(), Noise.NONE, 1);
    LayerCheck.gradients(
        layer, x, c, pass, () -> LayerCheck.dot(layer.forward(x, pass), c) + layer.kl);
  }

  @Property(seed = "1", tries = 50)
  void samplesWithTheDrawsOfEachUser(@ForAll(supplier = Shapes.class) Shape shape) {
    int latent = shape.out();
    DMatrixRMaj x = Shapes.dense(shape.users(), 2 * latent, shape.random());
    Noise noise = Noise.of(shape.seed(), 2);
    DMatrixRMaj z =
        new Gaussian(INDEX, latent).forward(x, LayerCheck.pass(shape.users(), noise, 1));
    double[] epsilon = new double[latent];
    for (int b = 0; b < shape.users(); b++) {
      noise.epsilon(INDEX, LayerCheck.FIRST_USER + b, epsilon);
      for (int k = 0; k < latent; k++) {
        double deviation = Math.sqrt(Math.exp(x.get(b, latent + k)));
        assertEquals(x.get(b, k) + epsilon[k] * deviation, z.get(b, k), 100 * Tolerances.FLOAT64);
      }
    }
  }

  @Test
  void givesTheMeanInScoring() {
    DMatrixRMaj x = new DMatrixRMaj(new double[][] {{1, -2, 0.3, 4}});
    assertArrayEquals(
        new double[] {1, -2},
        new Gaussian(INDEX, 2).forward(x, LayerCheck.pass(1, Noise.NONE, 0)).data);
  }

  /** The divergence of N(0, 1) is 0; of N(2, 1) it is 2; of N(0, e) it is (e - 2) / 2. */
  @Test
  void divergenceIsSummedOverUnitsAndAveragedOverUsers() {
    Gaussian layer = new Gaussian(INDEX, 2);
    layer.forward(new DMatrixRMaj(2, 4), LayerCheck.pass(2, Noise.NONE, 1));
    assertEquals(0, layer.kl);
    layer.forward(
        new DMatrixRMaj(new double[][] {{2, 0, 0, 1}, {0, 0, 0, 0}}),
        LayerCheck.pass(2, Noise.NONE, 1));
    assertEquals((2 + (Math.E - 2) / 2) / 2, layer.kl, Tolerances.FLOAT64);
  }

  @Property(seed = "1", tries = 100)
  void divergenceIsNotNegative(@ForAll(supplier = Shapes.class) Shape shape) {
    Gaussian layer = new Gaussian(INDEX, shape.out());
    DMatrixRMaj x = Shapes.dense(shape.users(), 2 * shape.out(), shape.random());
    layer.forward(x, LayerCheck.pass(shape.users(), Noise.NONE, 1));
    assertTrue(layer.kl >= 0, () -> "KL " + layer.kl);
  }
}
