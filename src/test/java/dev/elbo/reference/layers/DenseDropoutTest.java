package dev.elbo.reference.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.elbo.engine.Pass;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.random.Noise;
import dev.elbo.testing.Tolerances;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;

class DenseDropoutTest {

  private static final int INDEX = 6;
  private static final int USERS = 7;
  private static final int UNITS = 13;
  private static final double RATE = 0.3;

  private final SplittableRandom random = new SplittableRandom(1);
  private final DMatrixRMaj x = RandomValues.dense(USERS, UNITS, random);
  private final DenseDropout layer = new DenseDropout(INDEX, RATE);

  /** Users have rows other than their positions, so that the two are not mistaken. */
  private static Pass pass(Noise noise) {
    return new Pass(IntStream.range(90, 90 + USERS).toArray(), noise, 0);
  }

  @Test
  void keepsWhatTheNoiseKeepsAndRescalesIt() {
    Noise noise = Noise.of(5, 3);
    DMatrixRMaj y = layer.forward(x, pass(noise));
    int kept = 0;
    for (int b = 0; b < USERS; b++) {
      for (int unit = 0; unit < UNITS; unit++) {
        boolean keeps = noise.keeps(INDEX, 90 + b, unit, RATE);
        kept += keeps ? 1 : 0;
        assertEquals(keeps ? x.get(b, unit) / (1 - RATE) : 0, y.get(b, unit), Tolerances.FLOAT64);
      }
    }
    assertEquals((1 - RATE) * USERS * UNITS, kept, 0.15 * USERS * UNITS);
  }

  @Test
  void doesNothingInScoring() {
    assertArrayEquals(x.data, layer.forward(x, pass(Noise.NONE)).data);
    assertArrayEquals(x.data, layer.backward(x).data);
    assertArrayEquals(x.data, layer.forward(x, pass(Noise.sampling(5))).data);
  }

  /**
   * {@code <forward(x), c> = <x, backward(c)>}: the layer is linear once the draws are fixed, so
   * that this says all of its gradient.
   */
  @Test
  void backwardIsTheAdjointOfForward() {
    DMatrixRMaj c = RandomValues.dense(USERS, UNITS, random);
    DMatrixRMaj y = layer.forward(x, pass(Noise.of(5, 3)));
    DMatrixRMaj products = new DMatrixRMaj(USERS, UNITS);
    CommonOps_DDRM.elementMult(y, c, products);
    double forward = CommonOps_DDRM.elementSum(products);
    CommonOps_DDRM.elementMult(x, layer.backward(c), products);
    assertEquals(forward, CommonOps_DDRM.elementSum(products), Tolerances.FLOAT64 * USERS * UNITS);
  }
}
