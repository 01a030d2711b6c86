package dev.elbo.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.elbo.engine.EngineState;
import dev.elbo.io.Tensor;
import dev.elbo.model.Parameters;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Copies what engines hold, and compares it by value: records of arrays compare by identity. */
public final class States {

  private States() {}

  /** Nothing differs, not even in the last bit. */
  public static void assertSameBits(EngineState expected, EngineState actual) {
    assertClose(expected, actual, 0);
  }

  /** Values are apart by no more than the tolerance relative to {@code max(1, |value|)}. */
  public static void assertClose(EngineState expected, EngineState actual, double tolerance) {
    assertClose("value", expected.parameters(), actual.parameters(), tolerance);
    assertClose("first moment", expected.firstMoments(), actual.firstMoments(), tolerance);
    assertClose("second moment", expected.secondMoments(), actual.secondMoments(), tolerance);
    assertClose("frozen", expected.frozen(), actual.frozen(), tolerance);
    assertEquals(expected.updates(), actual.updates(), "updates");
  }

  /**
   * The same for one set of tensors; their names, order and shapes are the same in any case. The
   * last layer comes first: a mistake in a backward pass shows there and in all layers before it.
   */
  public static void assertClose(
      String what, Parameters expected, Parameters actual, double tolerance) {
    assertEquals(List.copyOf(expected.tensors().keySet()), List.copyOf(actual.tensors().keySet()));
    for (String name : expected.tensors().sequencedKeySet().reversed()) {
      assertArrayEquals(
          expected.tensors().get(name).shape(), actual.tensors().get(name).shape(), name);
      double[] left = expected.float64(name);
      double[] right = actual.float64(name);
      if (tolerance == 0) {
        assertArrayEquals(left, right, what + " of " + name);
      } else {
        for (int n = 0; n < left.length; n++) {
          assertClose(what + " of " + name, left[n], right[n], tolerance);
        }
      }
    }
  }

  /** The same for one value. */
  public static void assertClose(String what, double expected, double actual, double tolerance) {
    assertEquals(expected, actual, tolerance * Math.max(1, Math.abs(expected)), what);
  }

  /** A copy in float64. */
  public static EngineState float64(EngineState state) {
    return new EngineState(
        float64(state.parameters()),
        float64(state.firstMoments()),
        float64(state.secondMoments()),
        float64(state.frozen()),
        state.updates());
  }

  /** A copy in float64. */
  public static Parameters float64(Parameters parameters) {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    parameters
        .tensors()
        .forEach(
            (name, tensor) ->
                tensors.put(
                    name, new Tensor.Float64(tensor.shape(), parameters.float64(name).clone())));
    return new Parameters(tensors);
  }

  /** Zeros in float64, in the same shapes. */
  public static Parameters zeros(Parameters parameters) {
    Parameters zeros = float64(parameters);
    zeros.tensors().keySet().forEach(name -> Arrays.fill(zeros.float64(name), 0));
    return zeros;
  }

  /** A copy in float32. */
  public static EngineState float32(EngineState state) {
    return new EngineState(
        float32(state.parameters()),
        float32(state.firstMoments()),
        float32(state.secondMoments()),
        float32(state.frozen()),
        state.updates());
  }

  private static Parameters float32(Parameters parameters) {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : parameters.tensors().keySet()) {
      double[] wide = parameters.float64(name);
      float[] values = new float[wide.length];
      for (int n = 0; n < values.length; n++) {
        values[n] = (float) wide[n];
      }
      tensors.put(name, new Tensor.Float32(parameters.tensors().get(name).shape(), values));
    }
    return new Parameters(tensors);
  }
}
