package dev.elbo.gradients.check;

import dev.elbo.data.CsrMatrix;
import dev.elbo.io.Tensor;
import dev.elbo.model.Model;
import dev.elbo.model.ParameterSpec;
import dev.elbo.model.Parameters;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;

/** Random values for checks. */
public final class RandomValues {

  private RandomValues() {}

  /** Standard normal values. */
  public static DMatrixRMaj dense(int rows, int columns, RandomGenerator random) {
    return DMatrixRMaj.wrap(rows, columns, normal(rows * columns, random));
  }

  /** Standard normal values. */
  public static double[] normal(int size, RandomGenerator random) {
    double[] values = new double[size];
    Arrays.setAll(values, _ -> random.nextGaussian());
    return values;
  }

  /**
   * Values of size 0.5 to 1.5 with either sign: not near zero, where a row's direction changes
   * faster than central differences can follow.
   */
  public static double[] awayFromZero(int size, RandomGenerator random) {
    return random
        .doubles(size, 0.5, 1.5)
        .map(value -> random.nextBoolean() ? value : -value)
        .toArray();
  }

  /** Rows of all densities; one in six is empty, one in six is full. */
  public static CsrMatrix sparse(int rows, int columns, RandomGenerator random) {
    int[][] indices = new int[rows][];
    int[] indptr = new int[rows + 1];
    for (int row = 0; row < rows; row++) {
      double density =
          switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> 1;
            default -> random.nextDouble();
          };
      indices[row] =
          IntStream.range(0, columns).filter(_ -> random.nextDouble() < density).toArray();
      indptr[row + 1] = indptr[row] + indices[row].length;
    }
    return new CsrMatrix(
        columns, indptr, Arrays.stream(indices).flatMapToInt(Arrays::stream).toArray());
  }

  /** The same places with ratings from 1 to 5. */
  public static CsrMatrix rated(CsrMatrix places, RandomGenerator random) {
    float[] ratings = new float[places.size()];
    for (int n = 0; n < ratings.length; n++) {
      ratings[n] = random.nextInt(1, 6);
    }
    return new CsrMatrix(places.columns(), places.indptr(), places.indices(), ratings);
  }

  /** The same matrix with each row in a random order of time. */
  public static CsrMatrix inRandomOrder(CsrMatrix matrix, RandomGenerator random) {
    int[] sequence = matrix.indices().clone();
    for (int row = 0; row < matrix.rows(); row++) {
      for (int n = matrix.indptr()[row + 1] - 1; n > matrix.indptr()[row]; n--) {
        int other = random.nextInt(matrix.indptr()[row], n + 1);
        int swapped = sequence[n];
        sequence[n] = sequence[other];
        sequence[other] = swapped;
      }
    }
    return new CsrMatrix(
        matrix.columns(), matrix.indptr(), matrix.indices(), matrix.values(), sequence);
  }

  /**
   * Parameters that are larger than initial ones, so that no term of a gradient is too small to be
   * seen: normal, weights of standard deviation {@code 1 / sqrt(in)}. The values are floats, so
   * that a float engine holds the same ones.
   */
  public static Parameters parameters(Model model, RandomGenerator random) {
    return parameters(model.parameters(), random);
  }

  /** The same for some parameters. */
  public static Parameters parameters(List<ParameterSpec> parameters, RandomGenerator random) {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (ParameterSpec parameter : parameters) {
      double[] values = normal(parameter.size(), random);
      double scale = parameter.in() == 0 ? 1 : Math.sqrt(parameter.in());
      Arrays.setAll(values, n -> (float) (values[n] / scale));
      tensors.put(parameter.name(), new Tensor.Float64(parameter.shape(), values));
    }
    return new Parameters(tensors);
  }
}
