package dev.elbo.gradients;

import dev.elbo.data.CsrMatrix;
import dev.elbo.io.Tensor;
import dev.elbo.model.LayerSpec.Affine;
import dev.elbo.model.Model;
import dev.elbo.model.Parameters;
import java.util.Arrays;
import java.util.LinkedHashMap;
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

  /**
   * Parameters that are larger than initial ones, so that no term of a gradient is too small to be
   * seen: normal, weights of standard deviation {@code 1 / sqrt(in)}. The values are floats, so
   * that a float engine holds the same ones.
   */
  public static Parameters parameters(Model model, RandomGenerator random) {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (Affine layer : model.affineLayers()) {
      double[] weight = normal(layer.in() * layer.out(), random);
      double[] bias = normal(layer.out(), random);
      Arrays.setAll(weight, n -> (float) (weight[n] / Math.sqrt(layer.in())));
      Arrays.setAll(bias, n -> (float) bias[n]);
      tensors.put(layer.weight(), new Tensor.Float64(new int[] {layer.out(), layer.in()}, weight));
      tensors.put(layer.bias(), new Tensor.Float64(new int[] {layer.out()}, bias));
    }
    return new Parameters(tensors);
  }
}
