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
 * @param tolerance largest relative difference that passes
 * @param passes whether they are the same up to the tolerance, and have the same shape
 */
public record ComparedTensor(
    String name,
    int[] expectedShape,
    int[] shape,
    Optional<double[]> values,
    Optional<Difference> difference,
    double tolerance,
    boolean passes) {

  /**
   * Compares.
   *
   * @param golden the case
   * @param name name of the tensor
   * @param found the other one. Not modified.
   * @param tolerance largest relative difference that passes
   */
  static ComparedTensor of(GoldenCase golden, String name, Tensor found, double tolerance) {
    int[] shape = golden.tensors().get(name).shape();
    Optional<double[]> values = fitted(shape, found);
    Optional<Difference> difference = values.map(fit -> golden.difference(name, fit));
    boolean same = isSameShape(shape, found.shape());
    return new ComparedTensor(
        name,
        shape,
        found.shape(),
        values,
        difference,
        tolerance,
        same && difference.orElseThrow().isWithin(tolerance));
  }

  /** A single value may have any shape. */
  private static boolean isSameShape(int[] expected, int[] found) {
    return Arrays.equals(expected, found)
        || (expected.length == 0 && Arrays.stream(found).allMatch(length -> length == 1));
  }

  /** The values in the expected shape; those of a transposed matrix are turned. */
  private static Optional<double[]> fitted(int[] expectedShape, Tensor found) {
    int[] shape = found.shape();
    if (isSameShape(expectedShape, shape)) {
      return Optional.of(found.float64());
    }
    boolean reversed =
        shape.length == 2
            && shape[0] == expectedShape[expectedShape.length - 1]
            && expectedShape.length == 2
            && shape[1] == expectedShape[0];
    if (!reversed) {
      return Optional.empty();
    }
    DMatrixRMaj turned =
        CommonOps_DDRM.transpose(DMatrixRMaj.wrap(shape[0], shape[1], found.float64()), null);
    return Optional.of(turned.data);
  }

  /** How much of what is allowed the values are off by; infinity if they do not fit. */
  double share() {
    if (passes && tolerance == 0) {
      return 0;
    }
    return difference.map(d -> d.relative() / tolerance).orElse(Double.POSITIVE_INFINITY);
  }

  /** Whether the values are right; those of a transposed tensor can be. */
  boolean hasRightValues() {
    return difference.filter(d -> d.isWithin(tolerance)).isPresent();
  }

  /** Whether the shape is the golden one with its dimensions exchanged. */
  public boolean isTransposed() {
    return values.isPresent() && !isSameShape(expectedShape, shape);
  }

  /** The place of a value, an index for each dimension. */
  public int[] index(int at) {
    return Tensor.index(expectedShape, at);
  }
}
