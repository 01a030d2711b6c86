package dev.elbo.fast.layers;

import dev.elbo.io.Tensor;
import dev.elbo.linalg.Matrix;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.Network.Block;
import dev.elbo.model.ParameterSpec;
import dev.elbo.model.Parameters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** One tensor that training changes, with Adam's moments once there has been an update. */
public final class Parameter {

  /** Its name in files. */
  public final String name;

  /** Which updates change it. */
  public final Block block;

  /** Length of its first dimension in files. */
  public final int out;

  /** Length of its second dimension in files; 0 for a bias, which has none. */
  public final int in;

  /** Whether weight decay makes it small. */
  public final boolean decays;

  /** Whether it is stored {@code [in, out]}, other than in files. */
  final boolean transposed;

  /** The values. */
  public final float[] value;

  /** Adam's first moment; null before the first update. */
  public float[] m;

  /** Adam's second moment; null before the first update. */
  public float[] v;

  /**
   * How many of the updates that are counted each item's row has seen, {@code [I]}; null where no
   * row is ever behind.
   */
  public int[] seen;

  private Parameter(ParameterSpec spec, Block block, boolean transposed) {
    this.name = spec.name();
    this.block = block;
    this.out = spec.out();
    this.in = spec.in();
    this.decays = spec.decays();
    this.transposed = transposed;
    this.value = new float[spec.size()];
  }

  /**
   * The parameters of some layers, by name.
   *
   * @param layers the layers of a block, in forward order
   * @param block which block
   */
  public static SequencedMap<String, Parameter> of(List<LayerSpec> layers, Block block) {
    SequencedMap<String, Parameter> parameters = new LinkedHashMap<>();
    for (LayerSpec layer : layers) {
      for (ParameterSpec spec : layer.parameters()) {
        // What one input does to all outputs is to be contiguous.
        boolean byInput = layer instanceof LayerSpec.SparseLinear && spec.in() > 0;
        parameters.put(spec.name(), new Parameter(spec, block, byInput));
      }
    }
    return parameters;
  }

  /** Makes moments of zero, unless there are moments: scoring needs none. */
  public void makeMoments() {
    if (m == null) {
      m = new float[value.length];
      v = new float[value.length];
    }
  }

  /** A weight as a matrix, {@code [out, in]}, as it is stored. */
  public Matrix matrix() {
    return Matrix.of(value, out, in);
  }

  /** A copy of values of this parameter's layout, in the shape of files. */
  public Tensor tensor(float[] values) {
    int[] shape = in > 0 ? new int[] {out, in} : new int[] {out};
    return new Tensor.Float32(shape, transposed ? transpose(values, in, out) : values.clone());
  }

  /** Copies this parameter's tensor of a set into an array of its layout. */
  public void load(Parameters from, float[] to) {
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
