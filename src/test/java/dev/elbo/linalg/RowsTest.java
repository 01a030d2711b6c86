package dev.elbo.linalg;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.elbo.gradients.check.RandomValues;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowsTest {

  /** The bits are those of sixteen running sums, however wide the machine's vectors are. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 15, 16, 17, 31, 33, 48, 63, 500})
  void dotIsThatOfSixteenRunningSums(int length) {
    SplittableRandom random = new SplittableRandom(length);
    float[] x = new float[length + 2];
    float[] y = new float[length + 3];
    double[] values = RandomValues.normal(x.length + y.length, random);
    for (int n = 0; n < x.length; n++) {
      x[n] = (float) values[n];
    }
    for (int n = 0; n < y.length; n++) {
      y[n] = (float) values[x.length + n];
    }
    float[] sums = new float[Rows.LANES];
    for (int n = 0; n < length; n++) {
      sums[n % sums.length] = Math.fma(x[2 + n], y[3 + n], sums[n % sums.length]);
    }
    float expected = 0;
    for (float sum : sums) {
      expected += sum;
    }
    assertEquals(expected, Rows.dot(x, 2, y, 3, length, new float[Rows.LANES]));
  }
}
