package dev.elbo.fast;

import dev.elbo.io.Tensor;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.ParameterSpec;
import dev.elbo.model.Parameters;

/** One tensor that training changes, with Adam's moments once there has been an update. */
final class Parameter {

  /** Its name in files. */
  final String name;

  /** Length of its first dimension in files. */
  final int out;

  /** Length of its second dimension in files; 0 for a bias, which has none. */
  final int in;

  /** Whether it is stored {@code [in, out]}, other than in files. */
  final boolean transposed;

  /** The values. */
  final float[] value;

  /** Adam's first moment; null before the first update. */
  float[] m;

  /** Adam's second moment; null before the first update. */
  float[] v;

  private Parameter(String name, int out, int in, boolean transposed) {
    this.name = name;
    this.out = out;
    this.in = in;
    this.transposed = transposed;
    this.value = new float[in == 0 ? out : Math.multiplyExact(out, in)];
  }

  /**
   * A layer's tensor. The weight of a sparse layer is stored {@code [in, out]}: what one input does
   * to all outputs is contiguous. All others are stored as in files.
   */
  static Parameter of(LayerSpec layer, ParameterSpec spec) {
    boolean byInput = layer instanceof LayerSpec.SparseLinear && spec.in() > 0;
    return new Parameter(spec.name(), spec.out(), spec.in(), byInput);
  }

  /** Makes moments of zero, unless there are moments: scoring needs none. */
  void makeMoments() {
    if (m == null) {
      m = new float[value.length];
      v = new float[value.length];
    }
  }

  /** Whether weight decay applies: to weights, not to biases. */
  boolean decays() {
    return in > 0;
  }

  /** A weight as a matrix, {@code [out, in]}, as it is stored. */
  Matrix matrix() {
    return Matrix.of(value, out, in);
  }

  /** A copy of values of this parameter's layout, in the shape of files. */
  Tensor tensor(float[] values) {
    int[] shape = decays() ? new int[] {out, in} : new int[] {out};
    return new Tensor.Float32(shape, transposed ? transpose(values, in, out) : values.clone());
  }

  /** Copies this parameter's tensor of a set into an array of its layout. */
  void load(Parameters from, float[] to) {
    float[] values =
        switch (from.tensors().get(name)) {
          case Tensor.Float32(_, float[] narrow) -> narrow;
          case Tensor.Float64(_, double[] wide) -> narrowed(wide);
          case Tensor.Int32 _, Tensor.Int64 _ ->
              throw new IllegalArgumentException(name + " is not floating-point");
        };
    System.arraycopy(transposed ? transpose(values, out, in) : values, 0, to, 0, to.length);
  }

  private static float[] narrowed(double[] wide) {
    float[] narrow = new float[wide.length];
    for (int n = 0; n < narrow.length; n++) {
      narrow[n] = (float) wide[n];
    }
    return narrow;
  }

  /** From {@code [rows, columns]} to {@code [columns, rows]}, in squares that fit the cache. */
  private static float[] transpose(float[] values, int rows, int columns) {
    int square = 32;
    float[] transposed = new float[values.length];
    for (int r = 0; r < rows; r += square) {
      for (int c = 0; c < columns; c += square) {
        for (int i = r; i < Math.min(r + square, rows); i++) {
          for (int j = c; j < Math.min(c + square, columns); j++) {
            transposed[j * rows + i] = values[i * columns + j];
          }
        }
      }
    }
    return transposed;
  }
}
