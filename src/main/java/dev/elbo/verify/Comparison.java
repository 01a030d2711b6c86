package dev.elbo.verify;

import dev.elbo.io.Tensor;
import java.util.Arrays;
import java.util.Optional;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * One tensor beside the golden one.
 *
 * @param name its name
 * @param expectedShape the golden tensor's shape
 * @param shape the found tensor's shape
 * @param values the found values in the golden tensor's shape; empty if they do not fit
 * @param difference how far apart the values are; empty if they do not fit
 * @param passes whether they are the same up to the tolerance, and have the same shape
 */
public record Comparison(
    String name,
    int[] expectedShape,
    int[] shape,
    Optional<double[]> values,
    Optional<Difference> difference,
    boolean passes) {

  /**
   * Compares.
   *
   * @param name name of the tensor
   * @param expected the golden tensor. Not modified.
   * @param found the other one. Not modified.
   * @param tolerance largest relative difference that passes
   */
  static Comparison of(String name, Tensor expected, Tensor found, double tolerance) {
    double[] right = expected.float64();
    Optional<double[]> values = fitted(expected.shape(), right, found);
    Optional<Difference> difference = values.map(fit -> Difference.between(right, fit));
    boolean same = isSameShape(expected.shape(), found.shape());
    return new Comparison(
        name,
        expected.shape(),
        found.shape(),
        values,
        difference,
        same && difference.orElseThrow().relative() <= tolerance);
  }

  /** A single value may have any shape. */
  private static boolean isSameShape(int[] expected, int[] found) {
    return Arrays.equals(expected, found)
        || (expected.length == 0 && Arrays.stream(found).allMatch(length -> length == 1));
  }

  /** The values in the expected shape; those of a transposed matrix are turned. */
  private static Optional<double[]> fitted(int[] expectedShape, double[] expected, Tensor found) {
    int[] shape = found.shape();
    if (isSameShape(expectedShape, shape)) {
      return Optional.of(found.float64());
    }
    boolean reversed =
        shape.length == 2
            && shape[0] == expectedShape[expectedShape.length - 1]
            && expectedShape.length == 2
            && shape[1] == expectedShape[0];
    if (!reversed || expected.length == 0) {
      return Optional.empty();
    }
    DMatrixRMaj turned =
        CommonOps_DDRM.transpose(DMatrixRMaj.wrap(shape[0], shape[1], found.float64()), null);
    return Optional.of(turned.data);
  }

  /** Whether the shape is the golden one with its dimensions exchanged. */
  public boolean isTransposed() {
    return values.isPresent() && !isSameShape(expectedShape, shape);
  }

  /** The place of a value, an index for each dimension. */
  public int[] index(int at) {
    int[] index = new int[expectedShape.length];
    int rest = at;
    for (int d = index.length - 1; d >= 0; d--) {
      index[d] = rest % expectedShape[d];
      rest /= expectedShape[d];
    }
    return index;
  }
}
