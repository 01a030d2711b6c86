package dev.elbo.reference.layers;

import dev.elbo.io.Tensor;
import dev.elbo.model.ParameterSpec;
import org.ejml.data.DMatrixRMaj;

/** One tensor that training changes. */
public final class Parameter {

  private final String name;
  private final int[] shape;
  private final boolean decays;
  private final DMatrixRMaj value;
  private final DMatrixRMaj m;
  private final DMatrixRMaj v;

  /** Null until somebody asks for it: most passes are without gradients. */
  private DMatrixRMaj gradient;

  private Parameter(
      String name, int[] shape, boolean decays, DMatrixRMaj value, DMatrixRMaj m, DMatrixRMaj v) {
    this.name = name;
    this.shape = shape;
    this.decays = decays;
    this.value = value;
    this.m = m;
    this.v = v;
  }

  /** A weight, {@code [out, in]}. */
  public static Parameter weight(String name, int out, int in) {
    return zeros(name, /* decays= */ true, out, in);
  }

  /** A bias, {@code [out]}: a matrix of one row. */
  public static Parameter bias(String name, int out) {
    return zeros(name, /* decays= */ false, out);
  }

  /** A tensor as a model describes it; one without a second dimension is a matrix of one row. */
  public static Parameter of(ParameterSpec spec) {
    return zeros(spec.name(), spec.decays(), spec.shape());
  }

  private static Parameter zeros(String name, boolean decays, int... shape) {
    int rows = shape.length == 1 ? 1 : shape[0];
    int columns = shape[shape.length - 1];
    return new Parameter(
        name,
        shape,
        decays,
        new DMatrixRMaj(rows, columns),
        new DMatrixRMaj(rows, columns),
        new DMatrixRMaj(rows, columns));
  }

  /** The same values and moments, with a gradient of its own: for another pass. */
  public Parameter withItsOwnGradient() {
    return new Parameter(name, shape, decays, value, m, v);
  }

  /** The same gradient with another value and other moments. */
  public Parameter at(DMatrixRMaj value, DMatrixRMaj m, DMatrixRMaj v) {
    Parameter other = new Parameter(name, shape, decays, value, m, v);
    other.gradient = gradient();
    return other;
  }

  /** Its name in files. */
  public String name() {
    return name;
  }

  /** Whether weight decay makes it small. */
  public boolean decays() {
    return decays;
  }

  /** The values. */
  public DMatrixRMaj value() {
    return value;
  }

  /** Gradient of the loss, overwritten by each backward pass. */
  public DMatrixRMaj gradient() {
    if (gradient == null) {
      gradient = new DMatrixRMaj(value.numRows, value.numCols);
    }
    return gradient;
  }

  /** Adam's first moment. */
  public DMatrixRMaj m() {
    return m;
  }

  /** Adam's second moment. */
  public DMatrixRMaj v() {
    return v;
  }

  /** A copy of one of the four matrices, in the shape of files. */
  public Tensor tensor(DMatrixRMaj matrix) {
    return new Tensor.Float64(shape, matrix.data.clone());
  }
}
