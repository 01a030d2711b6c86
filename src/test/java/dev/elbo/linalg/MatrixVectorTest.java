package dev.elbo.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatrixVectorTest {

  /** Less than eight rows, some more than a multiple of eight, and one that ends the array. */
  @ParameterizedTest
  @CsvSource({"1, 5, 0", "7, 3, 0", "8, 1, 0", "8, 17, 9", "29, 33, 4", "64, 200, 0", "0, 4, 2"})
  void everyValueIsOneChain(int rows, int depth, int rowsAfter) {
    var random = new SplittableRandom(rows);
    float[] m = draw(random, 3 + (rows + rowsAfter) * depth);
    float[] x = draw(random, 2 + depth);
    float[] expected = new float[rows + 4];
    for (int row = 0; row < rows; row++) {
      float sum = 0;
      for (int k = 0; k < depth; k++) {
        sum = Math.fma(m[3 + row * depth + k], x[2 + k], sum);
      }
      expected[4 + row] = sum;
    }
    float[] y = new float[rows + 4];
    MatrixVector.multiply(m, 3, rows, depth, x, 2, y, 4);
    assertArrayEquals(expected, y);
  }

  private static float[] draw(SplittableRandom random, int size) {
    float[] values = new float[size];
    for (int n = 0; n < size; n++) {
      values[n] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }
}
