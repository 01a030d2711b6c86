package dev.elbo.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.io.Tensor;
import dev.elbo.testing.States;
import dev.elbo.testing.Tolerances;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class ParametersTest {

  private static final int ITEMS = 300;
  private static final int HIDDEN = 120;
  private static final int LATENT = 40;

  private final Model model = model(HIDDEN);
  private final Parameters initial = Parameters.initial(model, 1);

  private static Model model(int hidden) {
    return new ModelOptions(Architecture.MULT_VAE, List.of(hidden), LATENT, 0.5, 0).model(ITEMS);
  }

  @Test
  void hasEveryTensorInForwardOrder() {
    assertEquals(
        List.of(
            "q_layers.0.weight",
            "q_layers.0.bias",
            "q_layers.1.weight",
            "q_layers.1.bias",
            "p_layers.0.weight",
            "p_layers.0.bias",
            "p_layers.1.weight",
            "p_layers.1.bias"),
        List.copyOf(initial.tensors().keySet()));
    assertArrayEquals(
        new int[] {HIDDEN, ITEMS}, initial.tensors().get("q_layers.0.weight").shape());
    assertArrayEquals(
        new int[] {2 * LATENT, HIDDEN}, initial.tensors().get("q_layers.1.weight").shape());
    assertArrayEquals(new int[] {2 * LATENT}, initial.tensors().get("q_layers.1.bias").shape());
  }

  /**
   * Uniform in {@code +-sqrt(6 / (in + out))}: mean 0, variance {@code limit^2 / 3}, whose standard
   * error is {@code limit^2 sqrt(4 / 45 / n)}. The encoder's last layer has 2K outputs.
   */
  @Test
  void weightsAreXavierUniform() {
    assertXavierUniform("q_layers.0.weight", ITEMS, HIDDEN);
    assertXavierUniform("q_layers.1.weight", HIDDEN, 2 * LATENT);
    assertXavierUniform("p_layers.0.weight", LATENT, HIDDEN);
    assertXavierUniform("p_layers.1.weight", HIDDEN, ITEMS);
  }

  private void assertXavierUniform(String name, int in, int out) {
    double[] w = initial.float64(name);
    int n = w.length;
    double limit = Math.sqrt(6.0 / (in + out));
    double mean = Arrays.stream(w).average().orElseThrow();
    double variance = Arrays.stream(w).map(x -> x * x).average().orElseThrow();
    double largest = Arrays.stream(w).map(Math::abs).max().orElseThrow();
    assertEquals(in * out, n);
    assertTrue(largest <= limit && largest > 0.99 * limit, () -> largest + " of " + limit);
    assertEquals(0, mean, Tolerances.STANDARD_ERRORS * limit / Math.sqrt(3.0 * n));
    assertEquals(
        limit * limit / 3,
        variance,
        Tolerances.STANDARD_ERRORS * limit * limit * Math.sqrt(4.0 / 45 / n));
  }

  /**
   * Normal with deviation 0.001, cut at 0.002. What is left has variance {@code 1 - 4 phi(2) / (2
   * Phi(2) - 1) = 0.7737} of the whole.
   */
  @Test
  void biasesAreTruncatedNormal() {
    Model wide = new ModelOptions(Architecture.MULT_DAE, List.of(), 1, 0.5, 0).model(20_000);
    double[] bias = Parameters.initial(wide, 3).float64("p_layers.0.bias");
    double largest = Arrays.stream(bias).map(Math::abs).max().orElseThrow();
    double mean = Arrays.stream(bias).average().orElseThrow();
    double variance = Arrays.stream(bias).map(x -> x * x).average().orElseThrow();
    assertTrue(largest <= 0.002 && largest > 0.00199, () -> "largest " + largest);
    double standardError = Math.sqrt(1.0 / bias.length); // of the uncut one, which is larger
    assertEquals(0, mean, 0.001 * Tolerances.STANDARD_ERRORS * standardError);
    assertEquals(0.7737e-6, variance, 1e-6 * Tolerances.STANDARD_ERRORS * standardError);
  }

  @Test
  void valuesDependOnTheSeedAlone() {
    Parameters again = Parameters.initial(model, 1);
    Parameters other = Parameters.initial(model, 2);
    for (String name : initial.tensors().keySet()) {
      assertArrayEquals(initial.float64(name), again.float64(name), name);
      assertFalse(Arrays.equals(initial.float64(name), other.float64(name)), name);
    }
  }

  /** Each tensor has a stream of its own: another hidden width leaves the last bias as it is. */
  @Test
  void aTensorsValuesDoNotDependOnTheOtherTensors() {
    Parameters narrower = Parameters.initial(model(HIDDEN - 1), 1);
    assertArrayEquals(initial.float64("p_layers.1.bias"), narrower.float64("p_layers.1.bias"));
    assertArrayEquals(initial.float64("q_layers.1.bias"), narrower.float64("q_layers.1.bias"));
  }

  @Test
  void tensorsOfOneShapeDiffer() {
    Model deep = new ModelOptions(Architecture.MULT_DAE, List.of(9, 9), 9, 0.5, 0).model(9);
    Parameters parameters = Parameters.initial(deep, 1);
    assertFalse(
        Arrays.equals(
            parameters.float64("q_layers.1.weight"), parameters.float64("q_layers.2.weight")));
  }

  @Test
  void float64WidensFloatsAndRefusesTheRest() {
    double[] wide = {0.1};
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("float32", new Tensor.Float32(new int[] {1}, new float[] {0.1f}));
    tensors.put("float64", new Tensor.Float64(new int[] {1}, wide));
    tensors.put("int32", new Tensor.Int32(new int[] {1}, new int[] {1}));
    Parameters parameters = new Parameters(tensors);
    assertArrayEquals(new double[] {0.1f}, parameters.float64("float32"));
    assertSame(wide, parameters.float64("float64"));
    assertThrows(IllegalArgumentException.class, () -> parameters.float64("int32"));
    var error = assertThrows(IllegalArgumentException.class, () -> parameters.float64("missing"));
    assertTrue(error.getMessage().contains("'missing'"), error::getMessage);
  }

  @Test
  void tensorsOfAnotherModelAreRefusedByName() {
    initial.requireTensorsOf(model);
    String name = "q_layers.1.weight";
    assertRefused("no tensor '" + name + "'", name, null);
    assertRefused(
        "'q_layers.1.weight' must have shape [80, 120], but has [120, 80]", // transposed
        name,
        new Tensor.Float64(new int[] {120, 80}, new double[80 * 120]));
    assertRefused(
        "does not have: q_layers.2.bias",
        "q_layers.2.bias",
        new Tensor.Float64(new int[] {1}, new double[1]));
  }

  /** With one tensor replaced, added, or removed where it is null. */
  private void assertRefused(String message, String name, Tensor tensor) {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>(initial.tensors());
    tensors.compute(name, (_, _) -> tensor);
    Parameters other = new Parameters(tensors);
    var error = assertThrows(IllegalArgumentException.class, () -> other.requireTensorsOf(model));
    assertTrue(error.getMessage().contains(message), error::getMessage);
  }

  @Test
  void findsTheFirstTensorThatIsNotFinite() {
    assertEquals(Optional.empty(), initial.firstNonFinite());
    Parameters broken = States.float64(initial);
    broken.float64("p_layers.0.bias")[3] = Double.NEGATIVE_INFINITY;
    broken.float64("p_layers.1.bias")[0] = Double.NaN;
    assertEquals(Optional.of("p_layers.0.bias"), broken.firstNonFinite());
  }

  @Test
  void theMapIsCopiedAndNotModifiable() {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>(initial.tensors());
    Parameters parameters = new Parameters(tensors);
    tensors.clear();
    assertEquals(8, parameters.tensors().size());
    assertThrows(UnsupportedOperationException.class, () -> parameters.tensors().clear());
  }
}
