package dev.elbo.reference.objective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.engine.Pass;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.gradients.check.Shape;
import dev.elbo.random.Noise;
import dev.elbo.testing.Shapes;
import dev.elbo.testing.Tolerances;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

class GaussianTest {

  private static final int INDEX = 5;

  @Property(seed = "1", tries = 50)
  void samplesWithTheDrawsOfEachUser(@ForAll(supplier = Shapes.class) Shape shape) {
    int latent = shape.out();
    DMatrixRMaj x = RandomValues.dense(shape.users(), 2 * latent, shape.random());
    Noise noise = Noise.of(shape.seed(), 2);
    DMatrixRMaj z = new Gaussian(INDEX, latent).forward(x, shape.pass(noise, 1));
    double[] epsilon = new double[latent];
    for (int b = 0; b < shape.users(); b++) {
      noise.epsilon(INDEX, Shape.FIRST_USER + b, epsilon);
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
        new Gaussian(INDEX, 2).forward(x, new Pass(new int[1], Noise.NONE, 0)).data);
  }

  /** The divergence of N(0, 1) is 0; of N(2, 1) it is 2; of N(0, e) it is (e - 2) / 2. */
  @Test
  void divergenceIsSummedOverUnitsAndAveragedOverUsers() {
    Gaussian layer = new Gaussian(INDEX, 2);
    layer.forward(new DMatrixRMaj(2, 4), new Pass(new int[2], Noise.NONE, 1));
    assertEquals(0, layer.kl);
    layer.forward(
        new DMatrixRMaj(new double[][] {{2, 0, 0, 1}, {0, 0, 0, 0}}),
        new Pass(new int[2], Noise.NONE, 1));
    assertEquals((2 + (Math.E - 2) / 2) / 2, layer.kl, Tolerances.FLOAT64);
  }

  @Property(seed = "1", tries = 100)
  void divergenceIsNotNegative(@ForAll(supplier = Shapes.class) Shape shape) {
    Gaussian layer = new Gaussian(INDEX, shape.out());
    DMatrixRMaj x = RandomValues.dense(shape.users(), 2 * shape.out(), shape.random());
    layer.forward(x, shape.pass(Noise.NONE, 1));
    assertTrue(layer.kl >= 0, () -> "KL " + layer.kl);
  }
}
