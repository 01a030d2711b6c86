package dev.elbo.tornado.layers;

import dev.elbo.io.Tensor;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.Network.Block;
import dev.elbo.model.ParameterSpec;
import dev.elbo.model.Parameters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * One tensor that training changes. The arrays are the host's copies; the device's are ahead of
 * them once there was an update.
 */
public final class Parameter {

  /** Its name in files. */
  public final String name;

  /** What it belongs to. */
  public final Block block;

  /** Length of its first dimension in files. */
  public final int out;

  /** Length of its second dimension in files; 0 if it has one only. */
  public final int in;

  /** Whether it is stored {@code [in, out]}, other than in files. */
  public final boolean transposed;

  /** The values. */
  public final FloatArray value;

  /** Adam's first moment; null for an engine that only scores. */
  public FloatArray m;

  /** Adam's second moment; null for an engine that only scores. */
  public FloatArray v;

  /** Gradient of the loss, without weight decay; null for an engine that only scores. */
  public FloatArray gradient;

  private final boolean decays;

  private Parameter(String name, Block block, int out, int in, boolean decays, boolean transposed) {
    this.name = name;
    this.block = block;
    this.out = out;
    this.in = in;
    this.decays = decays;
    this.transposed = transposed;
    this.value = new FloatArray(in == 0 ? out : Math.multiplyExact(out, in));
  }

  /**
   * The parameters of some layers, by name, in the order of files. The weight of a sparse layer is
   * stored {@code [in, out]}: what one input does to all outputs is contiguous.
   *
   * @param block what the layers belong to
   */
  public static SequencedMap<String, Parameter> of(List<LayerSpec> layers, Block block) {
    SequencedMap<String, Parameter> parameters = new LinkedHashMap<>();
    for (LayerSpec layer : layers) {
      for (ParameterSpec spec : layer.parameters()) {
        boolean transposed = layer instanceof LayerSpec.SparseLinear && spec.in() > 0;
        parameters.put(
            spec.name(),
            new Parameter(spec.name(), block, spec.out(), spec.in(), spec.decays(), transposed));
      }
    }
    return parameters;
  }

  /** A weight {@code [out, in]} of no block, stored as in files. */
  public static Parameter weight(String name, int out, int in) {
    return new Parameter(name, null, out, in, true, false);
  }

  /** A bias {@code [out]} of no block. */
  public static Parameter bias(String name, int out) {
    return new Parameter(name, null, out, 0, false, false);
  }

  /** Whether weight decay applies. */
  public boolean decays() {
    return decays;
  }

  /** Number of values. */
  public int size() {
    return value.getSize();
  }

  /** Makes moments of zero and room for the gradient, unless they are there: scoring needs none. */
  public void makeTrainable() {
    if (m == null) {
      m = new FloatArray(size());
      v = new FloatArray(size());
      gradient = new FloatArray(size());
    }
  }

  /** A moment; zeros for an engine that only scores. */
  public FloatArray moment(FloatArray moment) {
    return moment == null ? new FloatArray(size()) : moment;
  }

  /** A copy of values of this parameter's layout, in the shape of files. */
  public Tensor tensor(FloatArray values) {
    float[] copy = values.toHeapArray();
    return new Tensor.Float32(
        in > 0 ? new int[] {out, in} : new int[] {out},
        transposed ? transpose(copy, in, out) : copy);
  }

  /** Copies this parameter's tensor of a set into an array of its layout. */
  public void load(Parameters from, FloatArray to) {
    double[] values = from.float64(name);
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < Math.max(in, 1); i++) {
        int n = o * Math.max(in, 1) + i;
        to.set(transposed ? i * out + o : n, (float) values[n]);
      }
    }
  }

  private static float[] transpose(float[] values, int rows, int columns) {
    float[] transposed = new float[values.length];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        transposed[c * rows + r] = values[r * columns + c];
      }
    }
    return transposed;
  }
}
