package dev.elbo.reference;

import dev.elbo.io.Tensor;
import dev.elbo.model.ParameterSpec;
import org.ejml.data.DMatrixRMaj;

/**
 * One tensor that training changes.
 *
 * @param name its name in files
 * @param shape its shape in files: {@code [out, in]} or {@code [out]}
 * @param decays whether weight decay applies: to weights, not to biases
 * @param value the values
 * @param gradient gradient of the loss, overwritten by each backward pass
 * @param m Adam's first moment
 * @param v Adam's second moment
 */
public record Parameter(
    String name,
    int[] shape,
    boolean decays,
    DMatrixRMaj value,
    DMatrixRMaj gradient,
    DMatrixRMaj m,
    DMatrixRMaj v) {

  /** A weight, {@code [out, in]}. */
  public static Parameter weight(String name, int out, int in) {
    return zeros(name, new int[] {out, in}, true, out, in);
  }

  /** A bias, {@code [out]}: a matrix of one row. */
  public static Parameter bias(String name, int out) {
    return zeros(name, new int[] {out}, false, 1, out);
  }

  /** A tensor as a model describes it; one without a second dimension is a matrix of one row. */
  public static Parameter of(ParameterSpec spec) {
    return spec.in() == 0
        ? bias(spec.name(), spec.out())
        : weight(spec.name(), spec.out(), spec.in());
  }

  private static Parameter zeros(String name, int[] shape, boolean decays, int rows, int columns) {
    return new Parameter(
        name,
        shape,
        decays,
        new DMatrixRMaj(rows, columns),
        new DMatrixRMaj(rows, columns),
        new DMatrixRMaj(rows, columns),
        new DMatrixRMaj(rows, columns));
  }

  /** A copy of one of the four matrices, in the shape of files. */
  public Tensor tensor(DMatrixRMaj matrix) {
    return new Tensor.Float64(shape, matrix.data.clone());
  }
}
