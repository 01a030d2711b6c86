package dev.elbo.testing;

import dev.elbo.data.CsrMatrix;
import dev.elbo.io.Tensor;
import dev.elbo.model.Model;
import dev.elbo.model.Parameters;
import dev.elbo.testing.Shapes.Shape;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Combinators;
import org.ejml.data.DMatrixRMaj;

/** Random small shapes, and random values for them. */
public final class Shapes implements ArbitrarySupplier<Shape> {

  /**
   * What a layer is tried on.
   *
   * @param users {@code B}
   * @param in width of the input
   * @param out width of the output
   * @param seed of the values
   */
  public record Shape(int users, int in, int out, long seed) {

    /** The generator of the values: the same ones each time it is asked for. */
    public RandomGenerator random() {
      return new SplittableRandom(seed);
    }
  }

  /**
   * One and up of everything. The widths go beyond 15, where EJML changes to another order of
   * loops.
   */
  @Override
  public Arbitrary<Shape> get() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 6),
            Arbitraries.integers().between(1, 20),
            Arbitraries.integers().between(1, 20),
            Arbitraries.longs())
        .as(Shape::new)
        .withoutEdgeCases(); // ranges this small are met at their ends often enough
  }

  /** Standard normal values. */
  public static DMatrixRMaj dense(int rows, int columns, RandomGenerator random) {
    return DMatrixRMaj.wrap(rows, columns, normal(rows * columns, random));
  }

  /** Standard normal values. */
  public static double[] normal(int size, RandomGenerator random) {
    return random.doubles(size).map(_ -> random.nextGaussian()).toArray();
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

  /**
   * Parameters that are larger than initial ones, so that no term of a gradient is too small to be
   * seen. The values are floats, so that a float engine holds the same ones.
   */
  public static Parameters parameters(Model model, RandomGenerator random) {
    Parameters parameters = States.float64(Parameters.initial(model, 0));
    for (String name : parameters.tensors().keySet()) {
      double[] values = parameters.float64(name);
      int fanIn =
          parameters.tensors().get(name) instanceof Tensor.Float64(int[] shape, _)
                  && shape.length == 2
              ? shape[1]
              : 1;
      for (int n = 0; n < values.length; n++) {
        values[n] = (float) (random.nextGaussian() / Math.sqrt(fanIn));
      }
    }
    return parameters;
  }
}
